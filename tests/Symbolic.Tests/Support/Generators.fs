/// Random terms.
module ImplicitBias.Tests.Generators

open Expecto
open FsCheck
open FsCheck.FSharp
open ImplicitBias.Theory.Symbolic

/// An exp-log function of x, of small depth. It may have real values nowhere.
type ExpLog = ExpLog of Term

/// A function of x that is analytic around 0.
type Analytic = Analytic of Term

/// Any term of the grammar in x, y and pi.
type Anything = Anything of Term

let private x = Term.symbol "x"

let private orElse fallback (create: unit -> Term) =
    try
        create ()
    with NoValueException _ ->
        fallback

let private small = Gen.choose (1, 4) |> Gen.map Term.integer

let private pair inner combine =
    Gen.map2 (fun a b -> orElse a (fun () -> combine a b)) inner inner

let private expLog =
    let rec sized depth =
        let leaf =
            Gen.frequency [ 4, Gen.constant x; 1, small; 1, Gen.constant (Term.ln x) ]

        if depth = 0 then
            leaf
        else
            let inner = sized (depth - 1)

            Gen.frequency
                [ 2, leaf
                  3, pair inner (+)
                  2, pair inner (-)
                  3, pair inner (*)
                  2, pair inner (/)
                  2, Gen.map Term.exp inner
                  1, Gen.map (fun u -> Term.exp -u) inner
                  2, Gen.map (fun u -> orElse u (fun () -> Term.ln u)) inner
                  1, Gen.map (fun u -> orElse u (fun () -> Term.sqrt u)) inner ]

    sized 3

let private analytic =
    let rec sized depth =
        let leaf = Gen.frequency [ 3, Gen.constant x; 1, small ]

        if depth = 0 then
            leaf
        else
            let inner = sized (depth - 1)
            // Zero at 0, so that what is applied stays in its domain.
            let vanishing = Gen.map (fun u -> x * u) inner
            let applied f = Gen.map (Term.apply f) vanishing

            Gen.frequency
                [ 2, leaf
                  3, pair inner (+)
                  2, pair inner (*)
                  1, Gen.map Term.exp vanishing
                  1, Gen.map (fun u -> Term.ln (Term.one + u)) vanishing
                  1, Gen.map (fun u -> Term.one / (Term.integer 2 + u)) vanishing
                  1, Gen.map (fun u -> Term.sqrt (Term.one + u)) vanishing
                  1, applied Function.Sin
                  1, applied Function.Cos
                  1, applied Function.Atan
                  1, applied Function.Asinh
                  1, applied Function.Tanh
                  1, applied Function.Erf
                  1, applied Function.LambertW ]

    sized 2

let private anything =
    let functions =
        [ Function.Exp
          Function.Ln
          Function.Sin
          Function.Atan
          Function.Asinh
          Function.Abs
          Function.Erf
          Function.LogGamma
          Function.Polygamma 2 ]

    let rec sized depth =
        let number =
            Gen.map2 (fun n d -> Term.ratio n d) (Gen.choose (-12, 12)) (Gen.choose (1, 6))

        let leaf =
            Gen.frequency
                [ 3, Gen.elements [ x; Term.symbol "y"; Term.symbol "w_1" ]
                  1, Gen.constant Term.pi
                  2, number ]

        if depth = 0 then
            leaf
        else
            let inner = sized (depth - 1)

            Gen.frequency
                [ 1, leaf
                  3, pair inner (+)
                  3, pair inner (*)
                  2, pair inner (/)
                  2, pair inner Term.power
                  3, Gen.map2 (fun f u -> orElse u (fun () -> Term.apply f u)) (Gen.elements functions) inner ]

    sized 4

/// The generators, for the configuration of a property.
type Arbitraries =
    static member ExpLog() = Arb.fromGen (Gen.map ExpLog expLog)
    static member Analytic() = Arb.fromGen (Gen.map Analytic analytic)
    static member Anything() = Arb.fromGen (Gen.map Anything anything)

/// So many cases with these generators, from one seed.
let config (count: int) : FsCheckConfig =
    { FsCheckConfig.defaultConfig with
        maxTest = count
        arbitrary = [ typeof<Arbitraries> ]
        replay = Some(20261125UL, 1UL, None) }
