namespace MathNet.Symbolics

open System.IO
open System.Numerics

/// <summary>Expressions as plain text, <c>a*x^2 + sin(x)/2</c>, written and read.</summary>
[<RequireQualifiedAccess>]
module Infix =
    let private constant c =
        match c with
        | E -> "e"
        | Pi -> "π"
        | I -> "j"

    let rec private write (writer: TextWriter) (visual: Visual) : unit =
        let text (s: string) = writer.Write s

        let parenthesised visual =
            text "("
            write writer visual
            text ")"

        let separated (separator: string) visuals =
            visuals
            |> List.iteri (fun i visual ->
                if i > 0 then
                    text separator

                write writer visual)

        let operand visual =
            match visual with
            | Visual.Sum _
            | Visual.Product _
            | Visual.Fraction _
            | Visual.Negative _ -> parenthesised visual
            | _ -> write writer visual

        let powered (power: BigInteger) call =
            if power.IsOne then
                call ()
            else
                text "("
                call ()
                text ")^"
                text (string power)

        match visual with
        | Visual.Symbol name -> text name
        | Visual.PositiveInteger n -> text (string n)
        | Visual.PositiveReal number -> text number
        | Visual.Constant c -> text (constant c)
        | Visual.Infinity -> text "∞"
        | Visual.ComplexInfinity -> text "⧝"
        | Visual.Undefined -> text "Undefined"
        | Visual.Negative x ->
            text "-"
            write writer x
        | Visual.Parenthesis x -> parenthesised x
        | Visual.Sum terms ->
            terms
            |> List.iteri (fun i term ->
                match term with
                | Visual.Negative x when i > 0 ->
                    text " - "
                    write writer x
                | _ ->
                    if i > 0 then
                        text " + "

                    write writer term)
        | Visual.Product factors -> separated "*" factors
        | Visual.Fraction(numerator, denominator) ->
            operand numerator
            text "/"
            operand denominator
        | Visual.Power(b, e) ->
            write writer b
            text "^"
            write writer e
        | Visual.Root(x, degree) when degree = BigInteger 2 ->
            text "sqrt"
            parenthesised x
        | Visual.Root(x, degree) ->
            match x with
            | Visual.Symbol _
            | Visual.PositiveInteger _
            | Visual.PositiveReal _
            | Visual.Constant _
            | Visual.Abs _ -> write writer x
            | _ -> parenthesised x

            text $"^(1/{degree})"
        | Visual.Abs x ->
            text "|"
            write writer x
            text "|"
        | Visual.Function(f, power, x) ->
            powered power (fun () ->
                text (FunctionNames.name f)
                parenthesised x)
        | Visual.FunctionN(f, power, xs) ->
            powered power (fun () ->
                text (FunctionNames.nameN f)
                text "("
                separated "," xs
                text ")")

    /// <summary>Writes an expression as text.</summary>
    [<CompiledName("FormatWriter")>]
    let formatWriter (writer: TextWriter) (expression: Expression) : unit =
        write writer (Visual.ofExpression expression)

    /// <summary>An expression as text. Where every name has only letters, digits and underscores, <c>parse</c> reads it back.</summary>
    [<CompiledName("Format")>]
    let format (expression: Expression) : string =
        use writer = new StringWriter()
        formatWriter writer expression
        writer.ToString()

    /// <summary>
    /// Reads an expression: <c>+ - * / ^</c>, parentheses, |x|, functions by name, <c>sqrt</c>, <c>pow(x,y)</c>, <c>log(base,x)</c>, the
    /// constants e, pi (π), j and ∞ (oo), integers and exact decimals. Never raises for any text: what is wrong, and where, is the Error.
    /// </summary>
    [<CompiledName("Parse")>]
    let parse (infix: string) : Result<Expression, string> = InfixParser.parse infix

    /// <summary>As <c>parse</c>, without the reason for a failure.</summary>
    [<CompiledName("TryParse")>]
    let tryParse (infix: string) : Expression option = parse infix |> Result.toOption

    /// <summary>As <c>parse</c>, raising an exception with the reason for a failure.</summary>
    [<CompiledName("ParseOrThrow")>]
    let parseOrThrow (infix: string) : Expression =
        match parse infix with
        | Ok expression -> expression
        | Error message -> failwith message

    /// <summary>As <c>parse</c>, with Undefined for text that is no expression.</summary>
    [<CompiledName("ParseOrUndefined")>]
    let parseOrUndefined (infix: string) : Expression =
        parse infix |> Result.defaultValue Undefined
