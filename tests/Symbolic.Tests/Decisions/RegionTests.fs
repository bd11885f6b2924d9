module ImplicitBias.Tests.RegionTests

open Expecto
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

let private decision text term = Region.isNonNegative (assume text) term

let private holds =
    [ "x>=0", "log(1 + x) ≤ x", x - Term.ln (n 1 + x)
      "x>0", "log x ≤ x - 1, a tangent", x - n 1 - Term.ln x
      "x in [0,1], y in [-1,1]",
      "two unit vectors",
      n 1 - x ** n 2 - n 2 * x * (n 1 - x) * y - (n 1 - x) ** n 2
      "", "sin x ≤ 1 + x²", n 1 + x ** n 2 - sin x
      "x in [0,3]", "sin x + cos x ≤ 3/2", Term.ratio 3 2 - sin x - cos x
      "x in [-2,2], y in [-2,2]", "x² - xy + y² > -1/10", x ** n 2 - x * y + y ** n 2 + Term.ratio 1 10
      "x>=1", "log x ≤ √x, with a minimum inside", Term.sqrt x - Term.ln x
      "x>0", "x/(1 + x) ≤ 1 - 1/(1 + x)²", n 1 - n 1 / (n 1 + x) ** n 2 - x / (n 1 + x)
      "x>0", "tanh x ≤ 1", n 1 - tanh x
      "x in [1,10]", "Γ is at least 0.88", Term.apply Function.Gamma x - Term.number (exactly "0.88") ]

let private fails =
    [ "x>=0", "log(1 + x) ≤ x - 1/10", x - Term.ratio 1 10 - Term.ln (n 1 + x)
      "x in [0,3]", "sin x + cos x ≤ 1.41", Term.number (exactly "1.41") - sin x - cos x
      "", "x ≤ 100", n 100 - x
      "x>=1", "log x ≤ √x/2", Term.sqrt x / n 2 - Term.ln x
      "x in [-2,2], y in [-2,2]", "3xy ≤ x² + y²", x ** n 2 - n 3 * x * y + y ** n 2 ]

[<Tests>]
let tests =
    testList
        "regions"
        [ for region, name, term in holds do
              testCase $"{name}, {region}" (fun () ->
                  match decision region term with
                  | Decision.Exact
                  | Decision.Enclosed _ -> ()
                  | other -> failtestf "%A" other)

          for region, name, term in fails do
              testCase $"not {name}, {region}" (fun () ->
                  match decision region term with
                  | Decision.Refuted witness -> Expect.stringContains witness " at " "a point"
                  | other -> failtestf "%A" other)

          testCase "an inequality that touches at an unknown point is Unknown, not proved"
          <| fun () ->
              // The minimum of x - cos x over its own square is 0, at the Dottie number, which no rule knows.
              match
                  decision
                      "x in [0,1]"
                      ((x - cos x) ** n 2 * (n 2 + sin x) - Term.exp (n -60) * x * (n 1 - x))
              with
              | Decision.Refuted _
              | Decision.Unknown _ -> ()
              | other -> failtestf "%A" other

          testCase "bounds contain every value, and are sharp"
          <| fun () ->
              for region, term, lower, upper in
                  [ "x in [0,1]", x * (n 1 - x), "0", "1/4"
                    "x in [-1,1], y in [-1,1]", x ** n 2 + y ** n 2 - x * y, "0", "3"
                    "x in [0,2]", Term.exp -x * sin (n 3 * x), "-0.21953877786", "0.62560953533" ] do
                  let range = Expect.wantOk (Region.range (assume region) term) "range"

                  let low, high =
                      Expect.wantSome range.Lower "lower", Expect.wantSome range.Upper "upper"

                  let slack = 2e-7

                  let near (bound: BigFloat) (value: string) =
                      abs (BigFloat.toFloat bound - MathNet.Numerics.BigRational.ToDouble(exactly value)) <
                          slack

                  Expect.isTrue (near low lower) $"{BigFloat.toText Down 12 low} for {lower}"
                  Expect.isTrue (near high upper) $"{BigFloat.toText Up 12 high} for {upper}"

                  for number in 0..20 do
                      let point = Sample.point (assume region) number (Term.symbols term)

                      let value =
                          Expect.wantOk (Enclosure.evaluate 100 (Sample.balls 200 point) term) "value"

                      Expect.isTrue (low <= Ball.upper value && Ball.lower value <= high) "contained"

          testCase "quadratic polynomials have exact bounds on the whole space"
          <| fun () ->
              let z = Term.symbol "z"

              for term, least, place in
                  [ x ** n 2 + x * y + y ** n 2, "0", [ "x", "0"; "y", "0" ]
                    x ** n 2 + n 1 - n 2 * x, "0", [ "x", "1" ]
                    n 3 * x ** n 2 - x / n 3 + y ** n 2 + n 2 * y, "-109/108", [ "x", "1/18"; "y", "-1" ]
                    (x - y) ** n 2 + (y - z) ** n 2 + n 5, "5", [ "x", "0"; "y", "0"; "z", "0" ]
                    x ** n 4 + y ** n 2 - n 8 * x ** n 2 - x ** n 2 * y, "-64/3", [] ] do
                  let range = Expect.wantOk (Region.range (assume "") term) "range"

                  if place.IsEmpty then // at x² = 16/3, no rational x: bounded, but not exactly known
                      Expect.isNone (Quadratic.least term) "no rational place"
                      Expect.equal (decision "" (term - Term.number (exactly least))) Decision.Exact least
                  else
                      let value, at = Expect.wantSome range.Least "least"
                      let expected = Ball.ofRational 128 (exactly least)
                      Expect.equal (range.Lower, value) (Some(Ball.lower expected), Ball.upper expected) least
                      Expect.equal at (Map.ofList (List.map (fun (s, q) -> s, exactly q) place)) "place"

          testCase "quadratic inequalities in all symbols, or their squares, are Exact"
          <| fun () ->
              let a, b, c = Term.symbol "a", Term.symbol "b", Term.symbol "c"

              for name, term in
                  [ "ab + bc + ca ≤ a² + b² + c²", a ** n 2 + b ** n 2 + c ** n 2 - a * b - b * c - c * a
                    "x²y² ≤ x⁴ + y⁴", x ** n 4 + y ** n 4 - x ** n 2 * y ** n 2
                    "2x²y ≤ x⁴ + y²", x ** n 4 + y ** n 2 - n 2 * x ** n 2 * y ] do
                  Expect.equal (decision "" term) Decision.Exact name

          testProperty "a quadratic polynomial takes its least value, and no less"
          <| fun (entries: (int8 * int8 * int8)[]) (p: int8, q: int8) ->
              // A sum of squares of affine functions, then as it stands with any sign of its terms.
              let affine (u: int8, v: int8, w: int8) =
                  n (int u) * x + n (int v) * y + n (int w)

              let squares =
                  entries |> Seq.truncate 4 |> Seq.map (fun e -> affine e ** n 2) |> Term.sum

              let at (u: MathNet.Numerics.BigRational) (v: MathNet.Numerics.BigRational) =
                  squares
                  |> Term.substitute "x" (Term.number u)
                  |> Term.substitute "y" (Term.number v)

              match Quadratic.least squares, squares.Shape with
              | Some(least, place), _ ->
                  let get s =
                      Map.tryFind s place |> Option.defaultValue MathNet.Numerics.BigRational.Zero

                  let rational (i: int8) =
                      MathNet.Numerics.BigRational.FromInt(int i)

                  Expect.equal (at (get "x") (get "y")) (Term.number least) "it is taken"

                  Expect.equal
                      (Enclosure.sign 256 Map.empty (at (rational p) (rational q) - Term.number least)
                       |> Option.map (fun sign -> sign >= 0))
                      (Some true)
                      "nothing is below"
              | None, shape ->
                  match shape with
                  | Shape.Number _ -> ()
                  | _ -> failtest "a sum of squares has a least value"

          testCase "what has no least value has none"
          <| fun () ->
              for term in
                  [ x ** n 2 - n 3 * x * y + y ** n 2
                    x * y
                    x ** n 2 + y
                    -(x ** n 2)
                    (x - y) ** n 2 + x
                    x ** n 3
                    x ** n 2 - n 3 * Term.apply Function.Abs x
                    Term.exp x ] do
                  Expect.isNone (Quadratic.least term) $"{term}"

          testCase "where there is no bound, none is claimed"
          <| fun () ->
              let range = Expect.wantOk (Region.range (assume "x>=1") (x ** n 2)) "range"
              Expect.isTrue range.Upper.IsNone "upper"
              Expect.isTrue (BigFloat.toFloat (Expect.wantSome range.Lower "lower") > 0.999999) "lower"

          testProperty "decimals bound the number they are rounded from"
          <| fun (mantissa: int64) (exponent: int) ->
              let number =
                  BigFloat.create
                      (System.Numerics.BigInteger mantissa)
                      (System.Numerics.BigInteger(exponent % 200))

              let read rounding =
                  exactly (BigFloat.toText rounding 12 number)

              let asRational =
                  MathNet.Numerics.BigRational.FromBigInt number.Mantissa
                  * MathNet.Numerics.BigRational.Pow(
                      MathNet.Numerics.BigRational.FromInt 2,
                      int number.Exponent
                  )

              Expect.isTrue (read Down <= asRational && asRational <= read Up) "bracket"
              let gap = read Up - read Down

              if not asRational.IsZero then
                  Expect.isTrue (gap <= MathNet.Numerics.BigRational.Abs asRational * exactly "1e-11") "gap" ]
