namespace ImplicitBias.Theory.Symbolic

open MathNet.Numerics

/// Functions applied to terms: inverses, parity, exact values.
module internal Application =

    open Canonical

    /// w for the term w eʷ with a number w ≥ -1.
    let private (|LambertImage|_|) (term: Term) =
        match term.Shape with
        | Shape.Apply(Function.Exp, Node(Shape.Number w)) when w.IsOne -> Some w
        | Shape.Product(c, [| Node(Shape.Apply(Function.Exp, Node(Shape.Number w))) |]) when
            c = w && w >= -BigRational.One
            ->
            Some w
        | _ -> None

    /// |u|, factor by factor.
    let private magnitude (u: Term) : Term =
        let factor (term: Term) =
            match term.Shape with
            | _ when term.NonNegative -> term
            | _ -> Node.apply Function.Abs term

        match u.Shape with
        | Shape.Product(c, factors) ->
            product (Seq.append [ number (BigRational.Abs c) ] (factors |> Seq.map factor))
        | _ -> factor u

    /// f(u). Raises NoValueException at poles and outside the domain of f, where u shows it.
    let rec apply (f: Function) (u: Term) : Term =
        let plain () =
            match u.Shape with
            | Shape.Number q -> ExactValues.atNumber f q |> Option.defaultWith (fun () -> Node.apply f u)
            | _ -> Node.apply f u

        match f, u.Shape with
        | Function.Exp, _ -> exp u
        | Function.Ln, _ -> ln u
        | _, Shape.Apply(g, v) when Function.rightInverse f = Some g -> v
        | _ when negative u && Function.isOdd f -> negate (apply f (negate u))
        | _ when negative u && Function.isEven f -> apply f (negate u)
        | Function.Acos, _ when negative u -> Node.pi - apply f (negate u)
        | Function.Abs, Shape.Number _ -> plain ()
        | Function.Abs, _ -> magnitude u
        | Function.LambertW, _ ->
            match u with
            | LambertImage w -> number w
            | _ -> plain ()
        | _ -> ExactValues.atAngle f u |> Option.defaultWith plain
