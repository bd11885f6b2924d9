namespace ImplicitBias.Theory

open System.Runtime.CompilerServices
open MathNet.Symbolics

/// A mistake that leads to another solution than the theory's: a rival, and the constant that is its value.
type Detour =
    {
        Rival: Rival
        /// What the theorem measures at the solution that the mistake leads to; NaN where there is none.
        Value: Case -> float
    }

module Detour =

    /// Detours from a solution, length d, of which the theorem measures something: a symbol, the rival's name and mistake, and
    /// the solution that it leads to, None where there is none. The rival applies where that is another solution.
    let from
        (solution: Case -> float array)
        (measure: Case -> float array -> float)
        (symbol: string)
        (name: string)
        (mistake: string)
        (other: Case -> float array option)
        : Detour =
        // Asked for by the rival and by its constant.
        let known = ConditionalWeakTable<Case, Lazy<float array option>>()

        let other case =
            known.GetValue(case, (fun case -> lazy (other case))).Value

        { Rival =
            Rival.create name mistake (Operators.symbol symbol)
            |> Rival.where (fun case ->
                match other case with
                | Some point -> Measure.differ point (solution case)
                | None -> false)
          Value =
            fun case ->
                match other case with
                | Some point -> measure case point
                | None -> nan }

    /// ‖x - solution‖₂: what a theorem about the distance from its limit measures at x.
    let distance (solution: Case -> float array) (case: Case) (point: float array) : float =
        Measure.norm (Measure.minus point (solution case))

    /// The rivals of detours.
    let rivals (detours: Detour list) : Rival list =
        detours |> List.map (fun detour -> detour.Rival)

    /// The constants that these rivals need.
    let constants (detours: Detour list) (case: Case) : (Expression * float) list =
        detours |> List.map (fun detour -> detour.Rival.Value, detour.Value case)
