namespace ImplicitBias.Theory.Symbolic

open System.Collections.Generic
open MathNet.Numerics

/// Coefficients of the expansions of single functions. A sequence of coefficients ends with None.
module internal FunctionSeries =

    let private two = Term.integer 2

    let private over (k: int) (term: Term) =
        Term.scale (BigRational.FromIntFraction(1, k)) term

    let private times (k: int) (term: Term) = Term.scale (BigRational.FromInt k) term
    let private inverse term = Term.power term (Term.integer -1)
    let private half = Term.ratio 1 2

    /// A sequence in which each member follows from those before it.
    let private recurrent (next: (int -> Term) -> int -> Term) : int -> Term =
        let known = ResizeArray<Term>()

        fun k ->
            while known.Count <= k do
                known.Add(next (fun j -> if j < 0 then Term.zero else known[j]) known.Count)

            known[k]

    /// f₀ and the coefficients of the derivative give those of the function.
    let private integral (start: Term) (derivative: int -> Term) (k: int) =
        if k = 0 then start else over k (derivative (k - 1))

    let private overFactorial k term =
        Term.scale (BigRational.Reciprocal(Bernoulli.factorial k)) term

    /// Σ cᵢ wⁱ.
    let private polynomial (coefficients: BigRational array) (w: Term) =
        Array.foldBack (fun c sum -> Term.number c + w * sum) coefficients Term.zero

    let private coefficient (p: BigRational array) i =
        if i >= 0 && i < p.Length then p[i] else BigRational.Zero

    /// The polynomials of W⁽ᵏ⁾ = e^(-kW) pₖ(W) / (1 + W)^(2k-1): p₁ = 1, pₖ₊₁ = -(kw + 3k - 1) pₖ + (1 + w) pₖ'.
    let rec private lambertPolynomial (k: int) : BigRational array =
        if k = 1 then
            [| BigRational.One |]
        else
            let p = lambertPolynomial (k - 1)
            let n = BigRational.FromInt(k - 1)
            let constant = BigRational.FromInt(3 * (k - 1) - 1)

            Array.init (p.Length + 1) (fun i ->
                let slope = BigRational.FromInt(i + 1) * coefficient p (i + 1)

                slope + BigRational.FromInt i * coefficient p i
                - n * coefficient p (i - 1)
                - constant * coefficient p i)

    /// The polynomials of ω⁽ᵏ⁾ = qₖ(ω) / (1 + ω)^(2k-1): q₁ = w, qₖ₊₁ = w (1 + w) qₖ' - (2k - 1) w qₖ.
    let rec private wrightPolynomial (k: int) : BigRational array =
        if k = 1 then
            [| BigRational.Zero; BigRational.One |]
        else
            let q = wrightPolynomial (k - 1)
            let n = BigRational.FromInt(2 * (k - 1) - 1)

            Array.init (q.Length + 1) (fun i ->
                let slope j =
                    BigRational.FromInt(j + 1) * coefficient q (j + 1)

                slope (i - 1) + slope (i - 2) - n * coefficient q (i - 1))

    /// f⁽ᵏ⁾(c)/k! for k = 0, 1, ...: the expansion of f around c, where f is analytic.
    let taylor (f: Function) (c: Term) : int -> Term option =
        let at g = Term.apply g c

        let circular (values: Term array) k = values[k % 4] |> overFactorial k

        let coefficients =
            match f with
            | Function.Sin ->
                circular [| at Function.Sin; at Function.Cos; -(at Function.Sin); -(at Function.Cos) |]
            | Function.Cos ->
                circular [| at Function.Cos; -(at Function.Sin); -(at Function.Cos); at Function.Sin |]
            | Function.Atan ->
                let scale = inverse (Term.one + Term.power c two)

                recurrent (fun g k ->
                    if k = 0 then
                        scale
                    else
                        -(times 2 c * g (k - 1) + g (k - 2)) * scale)
                |> integral (at f)
            | Function.Asin ->
                let span = Term.one - Term.power c two

                recurrent (fun g k ->
                    if k = 0 then
                        Term.power span -half
                    else
                        over k ((times (2 * k - 1) c * g (k - 1) + times (k - 1) (g (k - 2))) / span))
                |> integral (at f)
            | Function.Erf ->
                recurrent (fun g k ->
                    if k = 0 then
                        Derivative.outer Function.Erf c
                    else
                        over k (times -2 (c * g (k - 1) + g (k - 2))))
                |> integral (at f)
            | Function.Erfcx ->
                recurrent (fun a k ->
                    match k with
                    | 0 -> at f
                    | 1 -> Derivative.outer f c
                    | _ -> over k (times 2 (c * a (k - 1) + a (k - 2))))
            | Function.LogGamma ->
                fun k ->
                    match k with
                    | 0 -> at f
                    | 1 -> at Function.Digamma
                    | _ -> at (Function.Polygamma(k - 1)) |> overFactorial k
            | Function.Digamma ->
                fun k ->
                    if k = 0 then
                        at f
                    else
                        at (Function.Polygamma k) |> overFactorial k
            | Function.Polygamma order -> fun k -> at (Function.Polygamma(order + k)) |> overFactorial k
            | Function.Gamma ->
                // Γ(c + d) = Γ(c) exp Σ lⱼ dʲ.
                let logarithm j =
                    if j = 1 then
                        at Function.Digamma
                    else
                        at (Function.Polygamma(j - 1)) |> overFactorial j

                recurrent (fun a k ->
                    if k = 0 then
                        at f
                    else
                        over k (Term.sum [ for j in 1..k -> times j (logarithm j) * a (k - j) ]))
            | Function.LambertW ->
                let w = at f

                fun k ->
                    if k = 0 then
                        w
                    else
                        Term.exp (times -k w)
                        * polynomial (lambertPolynomial k) w
                        * Term.power (Term.one + w) (Term.integer (1 - 2 * k))
                        |> overFactorial k
            | Function.WrightOmega ->
                let w = at f

                fun k ->
                    if k = 0 then
                        w
                    else
                        polynomial (wrightPolynomial k) w
                        * Term.power (Term.one + w) (Term.integer (1 - 2 * k))
                        |> overFactorial k
            | _ ->
                // By differentiating, one order after the other.
                let derivatives = ResizeArray [ Term.apply f (Term.symbol "+d") ]

                fun k ->
                    while derivatives.Count <= k do
                        derivatives.Add(Derivative.differentiate "+d" derivatives[derivatives.Count - 1])

                    Term.substitute "+d" c derivatives[k] |> overFactorial k

        coefficients >> Some

    /// Coefficients of v⁰, v¹, ... of f(1/v) for v → 0+; for digamma, of what is left without the logarithm. None where
    /// f has no such expansion.
    let atInfinity (f: Function) : (int -> Term option) option =
        let number q = Some(Term.number q)
        let zero = Some Term.zero

        match f with
        | Function.Erfcx ->
            // 1/(√π u) Σ (-1)ⁿ (2n-1)!!/(2u²)ⁿ
            let scale = Term.power Term.pi -half

            let coefficients =
                recurrent (fun a k ->
                    match k with
                    | 1 -> scale
                    | k when k % 2 = 1 -> Term.scale (BigRational.FromIntFraction(2 - k, 2)) (a (k - 2))
                    | _ -> Term.zero)

            Some(coefficients >> Some)
        | Function.Binet ->
            Some(fun k ->
                if k % 2 = 1 then
                    number (Bernoulli.number (k + 1) / BigRational.FromInt(k * (k + 1)))
                else
                    zero)
        | Function.Digamma ->
            Some(fun k ->
                if k = 1 then
                    Some(Term.ratio -1 2)
                elif k > 0 && k % 2 = 0 then
                    number (-(Bernoulli.number k) / BigRational.FromInt k)
                else
                    zero)
        | Function.Polygamma order ->
            Some(fun k ->
                let sign = if order % 2 = 1 then BigRational.One else -BigRational.One
                let n = k - order

                if n = 0 then
                    number (sign * Bernoulli.factorial (order - 1))
                elif n = 1 then
                    number (sign * Bernoulli.factorial order / BigRational.FromInt 2)
                elif n > 0 && n % 2 = 0 then
                    number (
                        sign * Bernoulli.number n * Bernoulli.factorial (n + order - 1)
                        / Bernoulli.factorial n
                    )
                else
                    zero)
        | _ -> None

    /// The polynomials of ω(v) = v - L + Σₙ Pₙ(L) v⁻ⁿ with L = log v → ∞: coefficients of L⁰, ..., Lⁿ.
    /// (Corless, Gonnet, Hare, Jeffrey, Knuth 1996, equation 4.18.)
    let wrightAtInfinity (n: int) : Term list =
        [ for m in 0..n ->
              if m = 0 then
                  Term.zero
              else
                  let sign =
                      if (n - m) % 2 = 0 then
                          BigRational.One
                      else
                          -BigRational.One

                  Term.number (sign * Bernoulli.cycles n (n - m + 1) / Bernoulli.factorial m) ]

    /// W(-1/e + d) = Σ cₖ pᵏ with p = √(2(1 + e u)), u = -1/e + d: c₀ = -1, c₁ = 1, c₂ = -1/3, ...
    /// From W eᵂ = u: with W = -1 + y, p²/2 = 1 - (1 - y) eʸ = Σ_{k ≥ 2} (k-1)/k! yᵏ, which the recurrence inverts.
    let lambertAtBranch: int -> Term option =
        let numbers = Dictionary<int, BigRational>()

        // dy/dp = p / (y eʸ) and p²/2 - 1 = (y - 1) eʸ give y (1 + ... ): (1 - p²/2) y y' = p (1 - y).
        let rec y k =
            match numbers.TryGetValue k with
            | true, value -> value
            | _ ->
                let value =
                    if k = 1 then
                        BigRational.One
                    else
                        // Coefficient of pᵏ in (1 - p²/2) y y' - p + p y = 0; the unknown yₖ enters as (k + 1) yₖ.
                        let product n =
                            Seq.fold
                                (fun sum i -> sum + y i * y (n + 1 - i) * BigRational.FromInt(n + 1 - i))
                                BigRational.Zero
                                (seq { 1..n })

                        let inner =
                            Seq.fold
                                (fun sum i -> sum + y i * y (k + 1 - i) * BigRational.FromInt(k + 1 - i))
                                BigRational.Zero
                                (seq { 2 .. k - 1 })

                        let lower =
                            if k >= 3 then
                                product (k - 2) / BigRational.FromInt 2
                            else
                                BigRational.Zero

                        (lower - y (k - 1) - inner) / BigRational.FromInt(k + 1)

                numbers[k] <- value
                value

        fun k -> Some(if k = 0 then Term.integer -1 else Term.number (y k))
