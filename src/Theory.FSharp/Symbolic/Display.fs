namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// The order and the shape in which terms are shown, in infix and in LaTeX: the canonical one means nothing to a reader.
module internal Display =

    /// How tightly the outermost operator of a text binds.
    type Binding =
        | OfSum = 1
        | OfProduct = 2
        | OfPower = 3
        | OfAtom = 4

    /// Degree in all symbols together, as a reader sees it: x^2 y has 3, 1/x has -1.
    let rec private degree (term: Term) : float =
        match term.Shape with
        | Shape.Symbol _ -> 1.0
        | Shape.Product(_, factors) -> factors |> Array.sumBy degree
        | Shape.Power(b, Canonical.Node(Shape.Number q)) -> degree b * BigRational.ToDouble q
        | _ -> 0.0

    let private rank (term: Term) =
        match term.Shape with
        | Shape.Number _ -> 0
        | Shape.Power(Canonical.Node(Shape.Number _), _) -> 1
        | Shape.Pi -> 2
        | Shape.Power(Canonical.Node Shape.Pi, _) -> 2
        | Shape.Symbol _ -> 3
        | Shape.Power(Canonical.Node(Shape.Symbol _), _) -> 3
        | Shape.Power _ -> 4
        | Shape.Sum _ -> 5
        | _ -> 6

    /// The terms of a sum, higher powers first, equal degrees by text.
    let private bySize (text: Term -> string) (terms: Term array) =
        terms
        |> Array.map (fun term -> struct (-(degree term), text term))
        |> Array.sort
        |> Array.map (fun struct (_, text) -> text)

    /// Texts of terms with their signs in front, added; "0" for none.
    let private joined (texts: string array) : string =
        if texts.Length = 0 then
            "0"
        else
            texts
            |> Array.mapi (fun i text ->
                if i = 0 then text
                elif text.StartsWith '-' then " - " + text.Substring 1
                else " + " + text)
            |> String.concat ""

    /// The text of a sum, higher powers first; a term without a minus begins, if there is one: 1 - x.
    let sum (text: Term -> string) (terms: Term array) : string =
        let texts = bySize text terms

        match texts |> Array.tryFindIndex (fun text -> not (text.StartsWith '-')) with
        | Some index when index > 0 -> Array.append [| texts[index] |] (Array.removeAt index texts)
        | _ -> texts
        |> joined

    /// The text of a sum whose terms stay in the order given.
    let sumInOrder (text: Term -> string) (terms: Term list) : string =
        terms |> Seq.map text |> Array.ofSeq |> joined

    /// A product as shown: numerator over denominator, each an integer and factors. Powers of integers with equal
    /// exponents are one, as √2 √3 = √6; π joins them.
    type Fraction = { Negative: bool; Over: BigInteger * Term list; Under: BigInteger * Term list }

    /// Whether a power belongs below the line of a fraction: 1/x, but x^(a - b).
    let isBelow (factor: Term) : bool =
        match factor.Shape with
        | Shape.Power(_, e) ->
            match e.Shape with
            | Shape.Sum _ -> false
            | _ -> Canonical.negative e
        | _ -> false

    let private invert (factor: Term) =
        match factor.Shape with
        | Shape.Power(b, e) ->
            match (Canonical.negate e).Shape with
            | Shape.Number q when q.IsOne -> b
            | _ -> Node.power b (Canonical.negate e)
        | _ -> factor

    let private mergeIntegerPowers (factors: Term array) =
        let integerPower (factor: Term) =
            match factor.Shape with
            | Shape.Power(Canonical.Node(Shape.Number q), e) when q.IsPositive && q.IsInteger ->
                Some(struct (q, [||]), e)
            | Shape.Power(Canonical.Node Shape.Pi as pi, e) -> Some(struct (BigRational.One, [| pi |]), e)
            | _ -> None

        let powers = factors |> Array.choose integerPower

        let merged =
            powers
            |> Array.groupBy snd
            |> Array.map (fun (e, group) ->
                let integer =
                    group |> Array.fold (fun n (struct (q, _), _) -> n * q) BigRational.One

                let pi = group |> Array.collect (fun (struct (_, pi), _) -> pi)

                let basis =
                    if pi.Length = 0 then
                        Node.number integer
                    else
                        Node.product integer pi

                Node.power basis e)

        Array.append merged (factors |> Array.filter (integerPower >> Option.isNone))

    let private ordered (text: Term -> string) (factors: Term array) =
        mergeIntegerPowers factors
        |> Array.sortBy (fun factor -> struct (rank factor, text factor))
        |> List.ofArray

    /// The fraction of a term; one that is not a product is its own numerator.
    let fraction (text: Term -> string) (term: Term) : Fraction =
        let coefficient, factors =
            match term.Shape with
            | Shape.Number q -> q, [||]
            | Shape.Product(c, factors) -> c, factors
            | _ -> BigRational.One, [| term |]

        let under, over = factors |> Array.partition isBelow

        // -x (1 - log x) reads better as x (log x - 1): the leading term of a factor has no minus.
        let isTurned (terms: Term array) =
            let first = Array.head (bySize text terms)
            first.StartsWith '-'

        let turn (factor: Term) : bool * Term =
            match factor.Shape with
            | Shape.Sum terms when factors.Length > 1 && isTurned terms -> true, Canonical.negate factor
            | Shape.Power(Canonical.Node(Shape.Sum terms) as b, (Canonical.Node(Shape.Number n) as e)) when
                n.IsInteger && isTurned terms
                ->
                not n.Numerator.IsEven, Node.power (Canonical.negate b) e
            | _ -> false, factor

        let turnedOver, over = over |> Array.map turn |> Array.unzip
        let turnedUnder, under = under |> Array.map turn |> Array.unzip

        let negative =
            Array.fold (<>) coefficient.IsNegative (Array.append turnedOver turnedUnder)

        { Negative = negative
          Over = BigInteger.Abs coefficient.Numerator, ordered text over
          Under = coefficient.Denominator, ordered text (under |> Array.map invert) }

    /// The text of a fraction from that of its size.
    let signed (fraction: Fraction) (size: string) (binding: Binding) : struct (string * Binding) =
        if fraction.Negative then
            struct ("-" + size, Binding.OfSum)
        else
            struct (size, binding)
