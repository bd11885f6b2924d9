namespace MathNet.Symbolics

open System
open System.IO
open System.Numerics

/// <summary>Expressions as LaTeX, for math mode.</summary>
[<RequireQualifiedAccess>]
module LaTeX =
    let private constant c =
        match c with
        | E -> "e"
        | Pi -> "\\pi"
        | I -> "\\jmath"

    /// x_1 has a subscript; a name of several letters is upright.
    let private symbol (name: string) =
        let rec subscripted (name: string) =
            match name.IndexOf '_' with
            | -1 -> name
            | i -> name.Substring(0, i) + "_{" + subscripted (name.Substring(i + 1)) + "}"

        if name.Length > 1 then
            "\\mathrm{" + subscripted name + "}"
        else
            name

    let private functionName f =
        match f with
        | Lg -> "\\log_{10}"
        | Csch
        | Sech -> "\\operatorname{" + FunctionNames.name f + "}"
        | Asin
        | Acos
        | Atan
        | Acsc
        | Asec
        | Acot -> "\\arc" + (FunctionNames.name f).Substring 1
        | Asinh
        | Acosh
        | Atanh
        | Acsch
        | Asech
        | Acoth -> "\\operatorname{ar" + (FunctionNames.name f).Substring 1 + "}"
        | AiryAi -> "Ai"
        | AiryAiPrime -> "Ai^\\prime"
        | AiryBi -> "Bi"
        | AiryBiPrime -> "Bi^\\prime"
        | _ -> "\\" + FunctionNames.name f

    /// The letter of a function with its order as index.
    let private besselLetter f =
        match f with
        | BesselJ -> "J"
        | BesselY -> "Y"
        | BesselI
        | BesselIRatio -> "I"
        | BesselK
        | BesselKRatio -> "K"
        | HankelH1 -> "H^{(1)}"
        | HankelH2 -> "H^{(2)}"
        | Log -> "\\log"
        | Atan2 -> "\\operatorname{atan2}"

    let rec private tex (visual: Visual) : string =
        match visual with
        | Visual.Symbol name -> symbol name
        | Visual.PositiveInteger n -> string n
        | Visual.PositiveReal number -> number
        | Visual.Constant c -> constant c
        | Visual.Infinity
        | Visual.ComplexInfinity -> "\\infty"
        | Visual.Undefined -> "\\mathrm{undefined}"
        | Visual.Negative x -> "-" + tex x
        | Visual.Parenthesis x -> "\\left(" + tex x + "\\right)"
        | Visual.Sum terms -> sum terms
        | Visual.Product factors -> product factors
        | Visual.Fraction(numerator, denominator) -> "\\frac{" + tex numerator + "}{" + tex denominator + "}"
        | Visual.Power(b, e) ->
            let e =
                match e with
                | Visual.Parenthesis x -> x
                | _ -> e

            "{" + tex b + "}^{" + tex e + "}"
        | Visual.Root(x, degree) when degree = BigInteger 2 -> "\\sqrt{" + tex x + "}"
        | Visual.Root(x, degree) -> $"\\sqrt[{degree}]{{" + tex x + "}"
        | Visual.Abs x -> "\\left|" + tex x + "\\right|"
        | Visual.Function(f, power, x) -> functionName f + exponent power + argument x
        | Visual.FunctionN(f, power, xs) -> functionN f power xs

    and private exponent (power: BigInteger) =
        if power.IsOne then "" else $"^{{{power}}}"

    and private argument x =
        match x with
        | Visual.Sum _ -> "\\left(" + tex x + "\\right)"
        | _ -> "{" + tex x + "}"

    and private functionN f power xs =
        match f, xs with
        | Log, [ b; x ] -> "\\log" + exponent power + "_{" + tex b + "}" + argument x
        | (BesselIRatio | BesselKRatio), [ n; x ] when power.IsOne ->
            let letter = besselLetter f
            $"\\frac{{{letter}_{{{tex n} + 1}}{argument x}}}{{{letter}_{{{tex n}}}{argument x}}}"
        | Atan2, _ ->
            let arguments = xs |> List.map (fun x -> "{" + tex x + "}") |> String.concat ", "
            besselLetter f + exponent power + "\\left(" + arguments + "\\right)"
        | _, [ n; x ] when power.IsOne -> besselLetter f + "_{" + tex n + "}" + argument x
        | _ ->
            let arguments = xs |> List.map (fun x -> "{" + tex x + "}") |> String.concat ", "

            $"\\operatorname{{{FunctionNames.nameN f}}}"
            + exponent power
            + "\\left("
            + arguments
            + "\\right)"

    and private sum terms =
        terms
        |> List.mapi (fun i term ->
            match term with
            | Visual.Negative x when i > 0 -> " - " + tex x
            | _ when i > 0 -> " + " + tex term
            | _ -> tex term)
        |> String.concat ""

    /// Factors stand side by side; a dot separates names of several letters and numbers under an exponent.
    and private product factors =
        let isName factor =
            match factor with
            | Visual.Symbol name -> name.Length > 1
            | _ -> false

        let isNumberPower factor =
            match factor with
            | Visual.Power(Visual.PositiveInteger _, _)
            | Visual.PositiveInteger _
            | Visual.PositiveReal _ -> true
            | _ -> false

        let endsInControlWord (text: string) =
            let letters = text.Length - (text.TrimEnd([| 'a' .. 'z' |])).Length
            letters > 0 && text.Length > letters && text[text.Length - letters - 1] = '\\'

        let join (left, text: string) right =
            let next = tex right

            let separator =
                if isName left || isName right || isNumberPower right then
                    " \\cdot "
                elif endsInControlWord text && Char.IsLetter next[0] then
                    " "
                else
                    ""

            right, text + separator + next

        match factors with
        | [] -> "1"
        | first :: rest -> ((first, tex first), rest) ||> List.fold join |> snd

    /// <summary>Writes an expression as LaTeX.</summary>
    [<CompiledName("FormatWriter")>]
    let formatWriter (writer: TextWriter) (expression: Expression) : unit =
        writer.Write(tex (Visual.ofExpression expression))

    /// <summary>An expression as LaTeX, without delimiters around it.</summary>
    [<CompiledName("Format")>]
    let format (expression: Expression) : string = tex (Visual.ofExpression expression)
