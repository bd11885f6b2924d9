namespace ImplicitBias.Theory.Symbolic

/// Where a variable goes.
[<RequireQualifiedAccess>]
type Point =
    | Infinity
    | NegativeInfinity
    /// To a finite place, from above.
    | Above of Term
    | Below of Term
    /// From both sides; from one if the term has real values on that side only.
    | At of Term

/// The text of points: oo, -oo, or an expression; with + or - behind it, from above or below.
module Point =

    /// Reads a point. Never throws.
    let parse (text: string) : Result<Point, SyntaxError> =
        let trimmed = text.TrimEnd()

        match trimmed.Trim() with
        | "oo"
        | "+oo" -> Ok Point.Infinity
        | "-oo" -> Ok Point.NegativeInfinity
        | _ ->
            let place (side: Term -> Point) (length: int) =
                trimmed.Substring(0, length) |> Grammar.parse |> Result.map (_.Term >> side)

            if trimmed.EndsWith '+' then
                place Point.Above (trimmed.Length - 1)
            elif trimmed.EndsWith '-' then
                place Point.Below (trimmed.Length - 1)
            else
                place Point.At trimmed.Length

    /// The LaTeX of a point.
    let latex (point: Point) : string =
        match point with
        | Point.Infinity -> "\\infty"
        | Point.NegativeInfinity -> "-\\infty"
        | Point.Above place -> $"{LatexText.print place}^+"
        | Point.Below place -> $"{LatexText.print place}^-"
        | Point.At place -> LatexText.print place
