module ImplicitBias.Tests.WithinTests

open System
open Expecto
open ImplicitBias.Tests.Within

/// What a failing comparison says; fails if it passes.
let private failure (budget: Budget) predicted measured =
    try
        within budget predicted measured "m"
        None
    with :? AssertException as refused ->
        Some refused.Message

let private passes budget predicted measured name =
    testCase name (fun () -> Expect.isNone (failure budget predicted measured) "should agree")

let private fails (needle: string) budget predicted measured name =
    testCase name (fun () ->
        let said = failure budget predicted measured |> Option.defaultValue "(it passed)"
        Expect.stringContains said needle "should fail and say why")

let private one = part "one" 1.0

[<Tests>]
let tests =
    testList
        "within"
        [ passes one 2.0 3.0 "error equal to the budget"
          passes (part "a" 0.5 + part "b" 0.5) 2.0 3.0 "parts add up"
          passes exactly 0.1 0.1 "no budget, equal numbers"
          passes (part "zero" 0.0) 1e300 1e300 "zero budget, equal numbers"
          passes exactly 0.0 -0.0 "the two zeros are equal"
          passes (ulps 1.0 1.0) 1.0 (Math.BitIncrement 1.0) "one ulp off, one allowed"
          passes (roundings 2.0 -1.0) 1.0 (1.0 + ulp 1.0) "two roundings are an ulp of 1"
          fails "error" (roundings 1.0 1.0) 1.0 (1.0 + ulp 1.0) "one rounding is half of it"
          passes (relative 0.01 -200.0) -200.0 -202.0 "relative to the magnitude"
          fails "error" one 2.0 (Math.BitIncrement 3.0) "one ulp over the budget"
          fails "error" exactly 1.0 (Math.BitIncrement 1.0) "no budget, one ulp off"
          fails "error" exactly 0.0 Double.Epsilon "no floor near zero"
          fails "error" (relative 1e-3 0.0) 0.0 1e-300 "a relative budget of zero is zero"
          fails "error" (ulps 1.0 1.0) 1.0 (1.0 + 2.0 * ulp 1.0) "two ulp off, one allowed"
          fails "error" one -1e308 1e308 "an error that overflows"
          fails "predicted is NaN" one nan 1.0 "NaN predicted"
          fails "measured is NaN" one 1.0 nan "NaN measured"
          fails "predicted is Infinity" one infinity 1.0 "infinite prediction"
          fails "predicted is Infinity" one infinity infinity "equal infinities"
          fails "measured is -Infinity" one 1.0 -infinity "infinite measurement"
          fails "budget part 'b' is NaN" (part "b" nan) 1.0 1.0 "NaN in the budget"
          fails "budget part 'b' is Infinity" (part "b" infinity) 1.0 1.0 "infinite budget"
          fails "budget is Infinity" (part "b" 1e308 + part "c" 1e308) 1.0 1.0 "a budget that overflows"
          fails "never negative" (part "b" -1e-9) 1.0 1.0 "negative budget, equal numbers"
          fails "never negative" (one + part "b" -1e-9) 1.0 1.0 "a negative part is not offset by others"
          testCase "the failure shows both numbers, error, budget and parts"
          <| fun () ->
              let said =
                  failure (part "remainder" 0.25 + part "engine" 0.125) 1.0 1.5 |> Option.get

              Expect.equal
                  (said.Replace("\r", ""))
                  "m\npredicted 1\nmeasured  1.5\nerror     0.5\nbudget    0.375\n    remainder                0.25\n    engine                   0.125"
                  "whole text" ]
