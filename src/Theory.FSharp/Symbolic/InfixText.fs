namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// Infix text of terms, which Grammar reads back as the same term.
[<RequireQualifiedAccess>]
module InfixText =

    open Display

    let private names =
        Grammar.functions |> List.rev |> List.map (fun (name, f) -> f, name) |> dict

    let private half = BigRational.FromIntFraction(1, 2)

    let rec private show (term: Term) : struct (string * Binding) =
        match term.Shape with
        | Shape.Symbol name -> struct (name, Binding.OfAtom)
        | Shape.Pi -> struct ("pi", Binding.OfAtom)
        | Shape.Apply(Function.Exp, Canonical.Node(Shape.Number q)) when q.IsOne ->
            struct ("e", Binding.OfAtom)
        | Shape.Apply(Function.Polygamma order, u) -> struct ($"polygamma({order}, {text u})", Binding.OfAtom)
        | Shape.Apply(f, u) -> struct ($"{names[f]}({text u})", Binding.OfAtom)
        | Shape.Sum terms -> struct (sum text terms, Binding.OfSum)
        | Shape.Power(b, Canonical.Node(Shape.Number q)) when q = half ->
            // The name of a distance has its own parentheses.
            let inner = text b
            let isName = b.Shape.IsSymbol && inner.StartsWith '('
            struct ((if isName then $"sqrt{inner}" else $"sqrt({inner})"), Binding.OfAtom)
        | Shape.Power(b, e) when not (isBelow term) ->
            struct ($"{within Binding.OfAtom b}^{within Binding.OfAtom e}", Binding.OfPower)
        | Shape.Number _
        | Shape.Power _
        | Shape.Product _ -> quotient (fraction text term)

    /// The text on its own.
    and private text (term: Term) : string =
        let struct (text, _) = show term
        text

    and private within (least: Binding) (term: Term) : string =
        let struct (text, binding) = show term
        if binding >= least then text else $"({text})"

    and private quotient (fraction: Fraction) =
        let parts (number: BigInteger, factors) =
            [ if not number.IsOne then
                  string number
              for factor in factors do
                  within Binding.OfPower factor ]

        let over =
            match parts fraction.Over with
            | [] -> "1"
            | parts -> String.concat "*" parts

        let body, binding =
            match parts fraction.Under, parts fraction.Over with
            | [], [] -> over, Binding.OfAtom
            | [], [ _ ] when (snd fraction.Over).IsEmpty -> over, Binding.OfAtom
            | [], _ -> over, Binding.OfProduct
            | [ one ], _ -> $"{over}/{one}", Binding.OfProduct
            | several, _ -> $"""{over}/({String.concat "*" several})""", Binding.OfProduct

        signed fraction body binding

    /// The text of a term.
    let print (term: Term) : string = text term

    /// The text of a sum whose terms stay in the order given, as those of an expansion do. "0" without terms.
    let printTerms (terms: Term list) : string = sumInOrder text terms

    /// The text of a term as a factor of a product.
    let printFactor (term: Term) : string = within Binding.OfProduct term
