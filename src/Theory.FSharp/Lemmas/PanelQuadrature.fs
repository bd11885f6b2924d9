/// Gauss–Legendre quadrature panel by panel, with an estimate of what it leaves out.
module ImplicitBias.Theory.PanelQuadrature

open MathNet.Numerics.Integration

/// Nodes in (0, 1), ascending, with their weights.
let private rule =
    let rule = GaussLegendreRule(0.0, 1.0, 16)
    Seq.zip rule.Abscissas rule.Weights |> Seq.sort |> List.ofSeq

/// The nodes of all panels between ascending edges, ascending, with their weights.
let nodes (edges: float list) : (float * float) list =
    [ for left, right in List.pairwise edges do
          for x, weight in rule do
              left + x * (right - left), weight * (right - left) ]

/// P₀ … P₁₅ at 2x - 1, by their recursion.
let private polynomials (x: float) =
    let argument = 2.0 * x - 1.0

    let rec build k before last =
        if k = rule.Length then
            []
        else
            let degree = float k

            last
            :: build
                (k + 1)
                last
                (((2.0 * degree + 1.0) * argument * last - degree * before) / (degree + 1.0))

    build 0 0.0 1.0

/// |cₖ|, k < 16, of the polynomial Σ cₖ Pₖ with these values at the nodes of a panel.
let private coefficients (values: float list) =
    let terms =
        List.map2 (fun (x, weight) value -> List.map ((*) (weight * value)) (polynomials x)) rule values

    terms
    |> List.transpose
    |> List.mapi (fun k products -> abs (float (2 * k + 1) * List.sum products))

/// What the rule leaves out of all panels, from the values at their nodes. The rule with n nodes errs by the order of c₂ₙ
/// (Trefethen, Is Gauss quadrature better than Clenshaw–Curtis?, 2008, section 4), which is extrapolated from the last two
/// coefficients and those half as far down: of an integrand that is resolved they fall geometrically, or faster.
let leftOut (edges: float list) (values: float list) : float =
    let last, half = rule.Length - 1, (rule.Length - 1) / 2
    let further = float (2 * rule.Length - last) / float (last - half)

    List.pairwise edges
    |> List.map2
        (fun values (left, right) ->
            let coefficients = coefficients values
            let at k = max coefficients[k] coefficients[k - 1]

            if at half = 0.0 then
                0.0
            else
                (right - left) * at last * (at last / at half) ** further)
        (List.chunkBySize rule.Length values)
    |> List.sum
