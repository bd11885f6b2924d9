namespace ImplicitBias.Theory.Symbolic

/// How two terms compare near a point.
[<RequireQualifiedAccess>]
type Growth =
    /// f = o(g): f/g → 0.
    | Slower
    /// f ~ c g: f/g → c ≠ 0.
    | Equivalent of factor: Term
    /// g = o(f): f/g → ±∞.
    | Faster
    | Unknown of reason: string

/// Comparison of growth.
[<RequireQualifiedAccess>]
module Growth =

    /// How f compares with g as the symbol of this name goes to a point, by the limit of f/g. Never throws.
    let compare (assumptions: Assumptions) (name: string) (point: Point) (f: Formula) (g: Formula) : Growth =
        let quotient =
            Term.valued (fun () ->
                let ratio = [ f; g ] |> Formula.combine (fun terms -> terms[0] / terms[1])
                { ratio with Conditions = Condition.ofDivisor g.Term @ ratio.Conditions })

        match quotient with
        | Error reason -> Growth.Unknown reason
        | Ok quotient ->
            match Limits.at assumptions name point quotient with
            | Limit.Infinity
            | Limit.NegativeInfinity -> Growth.Faster
            | Limit.Unknown reason -> Growth.Unknown reason
            | Limit.Value value ->
                match value = Term.zero, Sign.decide assumptions value with
                | true, _
                | _, Ok Sign.Zero -> Growth.Slower
                | _, Ok _ -> Growth.Equivalent value
                | _, Error reason ->
                    Growth.Unknown $"f/g tends to {InfixText.print value}, which may be 0: {reason}"
