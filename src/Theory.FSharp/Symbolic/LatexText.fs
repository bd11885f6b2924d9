namespace ImplicitBias.Theory.Symbolic

open System.Numerics
open MathNet.Numerics

/// LaTeX of terms, as papers of this field write it: \log t, \hat w, fractions and roots.
[<RequireQualifiedAccess>]
module LatexText =

    open Display

    let private greek =
        set
            [ "alpha"
              "beta"
              "gamma"
              "delta"
              "epsilon"
              "zeta"
              "eta"
              "theta"
              "iota"
              "kappa"
              "lambda"
              "mu"
              "nu"
              "xi"
              "rho"
              "sigma"
              "tau"
              "upsilon"
              "phi"
              "chi"
              "psi"
              "omega"
              "Gamma"
              "Delta"
              "Theta"
              "Lambda"
              "Xi"
              "Sigma"
              "Phi"
              "Psi"
              "Omega" ]

    let private accents = set [ "hat"; "tilde"; "bar"; "dot" ]

    /// A symbol: w_hat is \hat w, x_12 is x_{12}, alpha is \alpha, logT is \log t, other long names are italic words.
    let symbol (name: string) : string =
        let plain (part: string) =
            if greek.Contains part then "\\" + part
            elif part = "logT" then "\\log t"
            elif part.Length = 1 then part
            else $"\\mathit{{{part}}}"

        let letters = name.TrimEnd([| '0' .. '9' |])

        let parts =
            if letters.Length > 0 && letters.Length < name.Length && not (letters.EndsWith '_') then
                [ letters; name.Substring letters.Length ]
            else
                name.Split('_', System.StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

        match parts with
        | [] -> "\\_"
        | first :: rest ->
            let accented, indices = rest |> List.partition accents.Contains

            let body =
                List.fold (fun body accent -> $"\\{accent}{{{body}}}") (plain first) accented

            match indices with
            | [] -> body
            | _ ->
                let indices =
                    indices
                    |> List.map (fun index ->
                        if Seq.forall System.Char.IsDigit index then
                            index
                        else
                            plain index)

                $"""{body}_{{{String.concat "," indices}}}"""

    let private functionName f =
        match f with
        | Function.Exp -> "\\exp"
        | Function.Ln -> "\\log"
        | Function.Sin -> "\\sin"
        | Function.Cos -> "\\cos"
        | Function.Tan -> "\\tan"
        | Function.Asin -> "\\arcsin"
        | Function.Acos -> "\\arccos"
        | Function.Atan -> "\\arctan"
        | Function.Sinh -> "\\sinh"
        | Function.Cosh -> "\\cosh"
        | Function.Tanh -> "\\tanh"
        | Function.Asinh -> "\\operatorname{arsinh}"
        | Function.Acosh -> "\\operatorname{arcosh}"
        | Function.Atanh -> "\\operatorname{artanh}"
        | Function.Abs -> "\\operatorname{abs}"
        | Function.Erf -> "\\operatorname{erf}"
        | Function.Erfcx -> "\\operatorname{erfcx}"
        | Function.Gamma -> "\\Gamma"
        | Function.LogGamma -> "\\log\\Gamma"
        | Function.Binet -> "\\mu"
        | Function.Digamma -> "\\psi"
        | Function.Polygamma order -> $"\\psi^{{({order})}}"
        | Function.LambertW -> "W"
        | Function.WrightOmega -> "\\omega"

    let private bracketed text = $"\\left({text}\\right)"

    let rec private show (term: Term) : struct (string * Binding) =
        match term.Shape with
        | Shape.Symbol name when name.StartsWith '(' ->
            // A distance from a point, see Expansion.
            match Grammar.parse name with
            | Ok distance -> struct (bracketed (text distance.Term), Binding.OfAtom)
            | Error _ -> struct (name, Binding.OfAtom)
        | Shape.Symbol name -> struct (symbol name, Binding.OfAtom)
        | Shape.Pi -> struct ("\\pi", Binding.OfAtom)
        | Shape.Apply(Function.Exp, Canonical.Node(Shape.Number q)) when q.IsOne ->
            struct ("e", Binding.OfAtom)
        | Shape.Apply(Function.Exp, u) -> struct ($"e^{{{text u}}}", Binding.OfPower)
        | Shape.Apply(Function.Abs, u) -> struct ($"\\left|{text u}\\right|", Binding.OfAtom)
        | Shape.Apply(f, u) ->
            match f, u.Shape with
            | (Function.Ln | Function.Sin | Function.Cos | Function.Tan), (Shape.Symbol _ | Shape.Pi) ->
                struct ($"{functionName f} {text u}", Binding.OfProduct)
            | Function.Ln, Shape.Number q when q.IsInteger -> struct ($"\\log {text u}", Binding.OfProduct)
            | Function.Ln, Shape.Apply(Function.Ln, _) -> struct ($"\\log {text u}", Binding.OfProduct)
            | _ -> struct (functionName f + bracketed (text u), Binding.OfAtom)
        | Shape.Sum terms -> struct (sum text terms, Binding.OfSum)
        | Shape.Power(b, Canonical.Node(Shape.Number q)) when q.Numerator.IsOne && not q.IsInteger ->
            let index =
                if q.Denominator = BigInteger 2 then
                    ""
                else
                    $"[{q.Denominator}]"

            struct ($"\\sqrt{index}{{{text b}}}", Binding.OfAtom)
        | Shape.Power(b, e) when not (isBelow term) ->
            struct ($"{within Binding.OfAtom b}^{{{text e}}}", Binding.OfPower)
        | Shape.Number _
        | Shape.Power _
        | Shape.Product _ -> quotient (fraction text term)

    and private text (term: Term) : string =
        let struct (text, _) = show term
        text

    and private within (least: Binding) (term: Term) : string =
        let struct (text, binding) = show term
        if binding >= least then text else bracketed text

    and private quotient (fraction: Fraction) =
        let side (number: BigInteger, factors: Term list) =
            let texts =
                match factors with
                | [ one ] when number.IsOne -> [ text one ]
                | _ -> factors |> List.map (within Binding.OfProduct)

            match number.IsOne, texts with
            | _, [] -> string number
            | true, _ -> String.concat " " texts
            | false, first :: _ when System.Char.IsDigit first[0] ->
                $"""{number} \cdot {String.concat " " texts}"""
            | false, _ -> $"""{number} {String.concat " " texts}"""

        let whole = (fst fraction.Under).IsOne && (snd fraction.Under).IsEmpty

        let over =
            match fraction.Over with
            | number, [ Canonical.Node(Shape.Sum _) as sum ] when whole && number.IsOne ->
                bracketed (text sum)
            | over -> side over

        let body, binding =
            match whole, fraction.Over with
            | true, (_, []) -> over, Binding.OfAtom
            | true, _ -> over, Binding.OfProduct
            | false, _ -> $"\\frac{{{over}}}{{{side fraction.Under}}}", Binding.OfProduct

        signed fraction body binding

    /// The LaTeX of a term.
    let print (term: Term) : string = text term

    /// The LaTeX of a sum whose terms stay in the order given.
    let printTerms (terms: Term list) : string = sumInOrder text terms

    /// The LaTeX of a term as a factor of a product.
    let printFactor (term: Term) : string = within Binding.OfProduct term
