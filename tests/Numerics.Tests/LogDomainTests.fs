module ImplicitBias.Tests.LogDomainTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Tests.Within

module Reference = ImplicitBias.Tests.HighPrecision

let private one = Rational.One
let private exact = Reference.exact

/// Points where a formula changes branch, cancels or meets the end of the range, and random ones in between.
let private points lower upper =
    let random = Seeded.random 20170000

    [ 0.0
      1e-300
      1e-20
      1e-9
      0.3
      0.5
      0.6931471805599453
      1.0
      36.99
      37.0
      37.01
      300.0
      700.0 ]
    |> List.collect (fun x -> [ x; -x ])
    |> List.append (List.init 200 (fun _ -> Seeded.uniform random -5.0 5.0))
    |> List.append (List.init 100 (fun _ -> Seeded.uniform random -700.0 700.0))
    |> List.filter (fun x -> lower <= x && x <= upper)

/// f stays within count ulp of the exact function: of the result, or of 1 where the result is smaller.
let private accurate name count relativeTo (f: float -> float) (truth: Rational -> Rational) lower upper =
    testCase name (fun () ->
        for x in points lower upper do
            let predicted = (truth (exact x)).ToDouble()
            within (ulps count (max relativeTo (abs predicted))) predicted (f x) $"{name} at x = %.17g{x}")

let private softplus x = Reference.log (one + Reference.exp x)

let private sum (values: float list) =
    values
    |> List.map (exact >> Reference.exp)
    |> List.fold (+) Rational.Zero
    |> Reference.log

let private logSumExp (values: float list) =
    LogDomain.LogSumExp(ReadOnlySpan(Array.ofList values))

let private equal (measured: float) (expected: float) name =
    testCase name (fun () -> Expect.equal measured expected name)

[<Tests>]
let reference =
    // The constants to 50 digits are in every table; the reference is measured before it measures.
    let agrees name (value: Rational) (digits: string) =
        testCase name (fun () ->
            let scale = Numerics.BigInteger.Pow(10I, 50)
            let truncated = value.Numerator * scale / value.Denominator
            Expect.equal (truncated.ToString()) digits name)

    testList
        "high-precision reference"
        [ agrees "e" (Reference.exp one) "271828182845904523536028747135266249775724709369995"
          agrees "log 2" (Reference.log (one + one)) "69314718055994530941723212145817656807550013436025"
          agrees
              "log 10"
              (Reference.log (Rational.op_Implicit 10L))
              "230258509299404568401799145468436420760110148862877"
          testCase "log undoes exp"
          <| fun () ->
              for x in [ -700.0; -1.0; 0.25; 700.0 ] do
                  let back = Reference.log (Reference.exp (exact x))
                  let error = (back - exact x).ToDouble()
                  Expect.isLessThan (abs error) 1e-50 "inverse functions" ]

[<Tests>]
let functions =
    testList
        "log domain"
        [ accurate "log1p" 3.0 0.0 LogDomain.Log1p (fun x -> Reference.log (one + x)) -0.9999 700.0
          accurate "expm1" 3.0 0.0 LogDomain.Expm1 (fun x -> Reference.exp x - one) -700.0 700.0
          accurate "softplus" 3.0 0.0 LogDomain.Softplus softplus -700.0 700.0
          accurate "log softplus" 3.0 1.0 LogDomain.LogSoftplus (softplus >> Reference.log) -700.0 700.0
          accurate
              "log(1 - exp)"
              4.0
              0.0
              LogDomain.LogOneMinusExp
              (fun x -> Reference.log (one - Reference.exp x))
              -700.0
              -1e-20
          equal (LogDomain.Log1p 1e300) (log 1e300) "log1p at 1e300"
          equal (LogDomain.Log1p -1.0) -infinity "log1p at -1"
          equal (LogDomain.Log1p infinity) infinity "log1p at infinity"
          equal (LogDomain.Expm1 1e300) infinity "expm1 overflows to infinity"
          equal (LogDomain.Expm1 -1e300) -1.0 "expm1 at -1e300"
          equal (LogDomain.Softplus 1e300) 1e300 "softplus at 1e300"
          equal (LogDomain.Softplus -1e300) 0.0 "softplus at -1e300"
          equal (LogDomain.LogSoftplus -1e300) -1e300 "log softplus at -1e300"
          equal (LogDomain.LogSoftplus 1e300) (log 1e300) "log softplus at 1e300"
          equal (LogDomain.LogSoftplus -1e6) -1e6 "log softplus at -1e6"
          equal (LogDomain.LogSoftplus -740.0) -740.0 "log softplus where softplus is subnormal"
          equal (LogDomain.LogSoftplus -760.0) -760.0 "log softplus where softplus underflows"
          equal (LogDomain.LogOneMinusExp 0.0) -infinity "log(1 - exp 0)"
          testCase "NaN in, NaN out"
          <| fun () ->
              for f in
                  [ LogDomain.Log1p
                    LogDomain.Expm1
                    LogDomain.Softplus
                    LogDomain.LogSoftplus
                    LogDomain.LogOneMinusExp
                    (fun x -> LogDomain.LogAdd(x, 1.0))
                    (fun x -> LogDomain.LogAdd(1.0, x))
                    (fun x -> LogDomain.LogSubtract(x, 1.0))
                    (fun x -> logSumExp [ 1.0; x; 2.0 ]) ] do
                  Expect.isTrue (Double.IsNaN(f nan)) "NaN" ]

[<Tests>]
let sums =
    testList
        "log-sum-exp"
        [ testCase "against the reference, 1 to 50 terms"
          <| fun () ->
              let random = Seeded.random 4

              for n in 1..50 do
                  let spread = Seeded.uniform random 0.0 40.0
                  let values = List.init n (fun _ -> Seeded.uniform random -spread spread)
                  let predicted = (sum values).ToDouble()
                  let measured = logSumExp values
                  within (ulps 3.0 (max 1.0 (abs predicted))) predicted measured $"{n} terms"
          testCase "a small term beside 1 keeps its digits"
          <| fun () -> within (ulps 2.0 (exp -40.0)) (exp -40.0) (logSumExp [ -40.0; 0.0 ]) "log(1 + e⁻⁴⁰)"
          testCase "the error does not grow with the number of terms"
          <| fun () ->
              let count = 1_000_000
              let measured = logSumExp (5.0 :: List.replicate count 4.9)
              let e x = Reference.exp (exact x)
              let total = e 5.0 + Rational.op_Implicit (int64 count) * e 4.9
              let predicted = (Reference.log total).ToDouble()
              within (ulps 2.0 predicted) predicted measured "e⁵ + 10⁶ e^4.9"
          equal (logSumExp []) -infinity "no terms: log 0"
          equal (logSumExp [ 1e300; -1e300 ]) 1e300 "±1e300"
          equal (logSumExp [ Double.MaxValue; -Double.MaxValue ]) Double.MaxValue "the whole range"
          equal (logSumExp [ -1e300; -1e300 ]) -1e300 "twice e^-1e300"
          equal (logSumExp [ -infinity; 3.0 ]) 3.0 "a zero term"
          equal (logSumExp [ -infinity; -infinity ]) -infinity "only zero terms"
          equal (logSumExp [ infinity; 3.0 ]) infinity "an infinite term"
          testCase "shift: adding c to every value adds c"
          <| fun () ->
              let random = Seeded.random 5

              for _ in 1..100 do
                  let values = List.init 7 (fun _ -> Seeded.uniform random -30.0 30.0)
                  let c = Math.Round(Seeded.uniform random -1e5 1e5)
                  let shifted = values |> List.map (fun v -> v + c)
                  // The shift rounds each value by half an ulp of 1e5.
                  within (ulps 2.0 1e5) (logSumExp values + c) (logSumExp shifted) "log-sum-exp(v + c)"
          testCase "log-add is log-sum-exp of two"
          <| fun () ->
              let random = Seeded.random 6

              for _ in 1..200 do
                  let a, b = Seeded.uniform random -50.0 50.0, Seeded.uniform random -50.0 50.0
                  Expect.equal (LogDomain.LogAdd(a, b)) (logSumExp [ a; b ]) "same formula"
          equal (LogDomain.LogAdd(-infinity, -infinity)) -infinity "log(0 + 0)"
          equal (LogDomain.LogAdd(-infinity, 2.0)) 2.0 "log(0 + e²)"
          equal (LogDomain.LogAdd(1e300, -1e300)) 1e300 "log-add across the range" ]

[<Tests>]
let signed =
    let log (sign: int) (magnitude: float) = SignedLog(sign, magnitude)

    testList
        "signed log-add"
        [ testCase "against the reference"
          <| fun () ->
              let random = Seeded.random 7

              for _ in 1..300 do
                  let draw () =
                      log (if random.Next 2 = 0 then -1 else 1) (Seeded.uniform random -20.0 20.0)

                  let value (x: SignedLog) =
                      Rational.op_Implicit (int64 x.Sign) * Reference.exp (exact x.LogMagnitude)

                  let x, y = draw (), draw ()
                  let total = value x + value y
                  let measured = LogDomain.Add(x, y)
                  Expect.equal measured.Sign total.Sign "sign"
                  let magnitude = if total.Sign < 0 then -total else total
                  let predicted = (Reference.log magnitude).ToDouble()
                  let larger = max x.LogMagnitude y.LogMagnitude
                  // Opposite signs that nearly cancel are as uncertain as the difference of their logarithms.
                  let gap =
                      if x.Sign = y.Sign then
                          1.0
                      else
                          min 1.0 (abs (x.LogMagnitude - y.LogMagnitude))

                  within
                      (ulps (4.0 / gap) (max 1.0 (abs larger)))
                      predicted
                      measured.LogMagnitude
                      $"{x} + {y}"
          testCase "x - x is zero"
          <| fun () -> Expect.equal (LogDomain.Add(log 1 5.0, log -1 5.0)) SignedLog.Zero "zero"
          testCase "zero is neutral"
          <| fun () ->
              Expect.equal (LogDomain.Add(SignedLog.Zero, log -1 1e300)) (log -1 1e300) "0 + x"
              Expect.equal (LogDomain.Add(log -1 1e300, SignedLog.Zero)) (log -1 1e300) "x + 0"
          testCase "magnitudes beyond any double"
          <| fun () ->
              Expect.equal (LogDomain.Add(log 1 1e300, log -1 -1e300)) (log 1 1e300) "huge - tiny"
              Expect.equal (LogDomain.Add(log 1 1000.0, log -1 1001.0)).Sign -1 "the larger magnitude wins"
          testCase "values go in and come out"
          <| fun () ->
              for x in [ 0.0; 1.0; -1.0 ] do
                  Expect.equal (SignedLog.FromValue(x).ToValue()) x "round trip"

              within (ulps 4.0 -2.5) -2.5 (SignedLog.FromValue(-2.5).ToValue()) "round trip"
          testCase "log-subtract"
          <| fun () ->
              Expect.equal (LogDomain.LogSubtract(3.0, 3.0)) -infinity "equal"
              Expect.equal (LogDomain.LogSubtract(3.0, -infinity)) 3.0 "minus zero"
              Expect.isTrue (Double.IsNaN(LogDomain.LogSubtract(1.0, 2.0))) "a negative difference has no log" ]
