/// exp and log1p of eight doubles against exact arithmetic, over the whole range of doubles.
module ImplicitBias.Tests.Kernels.ElementaryTests

open System
open System.Runtime.Intrinsics
open System.Security.Cryptography
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Kernels
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

module Reference = ImplicitBias.Tests.HighPrecision

let private lanes = 8

/// A function of eight lanes applied to any number of values.
let private over (f: Vector512<float> -> Vector512<float>) (values: float[]) =
    values
    |> Array.chunkBySize lanes
    |> Array.collect (fun chunk ->
        let padded = Array.append chunk (Array.zeroCreate (lanes - chunk.Length))
        let results = f (Vector512.Create<float>(padded: float[]))
        Array.init chunk.Length (fun lane -> results[lane]))

let private exp = over Elementary.Exp
let private log1p = over Elementary.Log1p

/// The error in units of the last place of the exact value, also where that is subnormal.
let private ulpsOff (exact: Rational) (measured: float) =
    if Double.IsFinite measured then
        (Rational.FromBinary measured - exact).ToDouble() / ulp (exact.ToDouble())
    else
        nan

let private isWithin (count: float) (reference: Rational -> Rational) (f: float[] -> float[]) name xs =
    for x, measured in Array.zip xs (f xs) do
        let off = ulpsOff (reference (Reference.exact x)) measured
        within (part "ulp" count) 0.0 off $"{name}(%.17g{x}) = %.17g{measured}"

let private onePlus (x: Rational) = Reference.log (Rational.One + x)

/// Of the sign and size 10^from to 10^to.
let private magnitudes (random: Random) count sign lower upper =
    Array.init count (fun _ -> sign * Math.Pow(10.0, Seeded.uniform random lower upper))

[<Tests>]
let tests =
    testList
        "elementary functions of eight lanes"
        [ testCase "exp is within 1.5 ulp where the result is normal"
          <| fun () ->
              let random = Seeded.random 12

              Array.init 1500 (fun _ -> Seeded.uniform random -708.3 709.7)
              |> isWithin 1.5 Reference.exp exp "exp"

              Array.init 1500 (fun _ -> Seeded.uniform random -1.0 1.0)
              |> isWithin 1.5 Reference.exp exp "exp"
          testCase "exp at arguments too small to move 1 by much"
          <| fun () ->
              let random = Seeded.random 13

              Array.append (magnitudes random 200 1.0 -320.0 -1.0) (magnitudes random 200 -1.0 -320.0 -1.0)
              |> isWithin 1.0 Reference.exp exp "exp"
          testCase "exp where the reduction changes its integer"
          <| fun () ->
              // Half-integer multiples of log 2, and their neighbours.
              [| for n in -1073..3..1023 do
                     let middle = (float n + 0.5) * log 2.0

                     if middle > -708.0 && middle < 709.7 then
                         yield! [ Math.BitDecrement middle; middle; Math.BitIncrement middle ] |]
              |> isWithin 1.5 Reference.exp exp "exp"
          testCase "exp is within 1 ulp, of 5e-324, where the result is subnormal"
          <| fun () ->
              let random = Seeded.random 14

              Array.init 400 (fun _ -> Seeded.uniform random -745.13 -708.4)
              |> isWithin 1.0 Reference.exp exp "exp"
          testCase "exp at the ends of its range"
          <| fun () ->
              let largest = 709.78271289338397 // log of the largest double
              let smallest = -745.13321910194111 // above the logarithm of half of 5e-324

              for x, expected in
                  [ 0.0, 1.0
                    -0.0, 1.0
                    infinity, infinity
                    -infinity, 0.0
                    1e300, infinity
                    -1e300, 0.0
                    Double.MaxValue, infinity
                    -Double.MaxValue, 0.0
                    709.79, infinity
                    Math.BitIncrement largest, infinity
                    smallest, Double.Epsilon
                    -745.2, 0.0
                    -746.0, 0.0
                    Double.Epsilon, 1.0
                    -Double.Epsilon, 1.0 ] do
                  Expect.equal (exp [| x |]) [| expected |] $"exp(%.17g{x})"

              Expect.isTrue
                  (Double.IsFinite(Array.head (exp [| largest |])))
                  "the last argument before overflow"
          testCase "log1p is within 1.5 ulp from 1e-320 to the largest double"
          <| fun () ->
              let random = Seeded.random 15

              for lower, upper in [ -320.0, -290.0; -20.0, 0.0; -1.0, 1.0; 0.0, 20.0; 290.0, 308.2 ] do
                  magnitudes random 300 1.0 lower upper |> isWithin 1.5 onePlus log1p "log1p"

              for lower, upper in [ -320.0, -290.0; -20.0, -0.001; -1.0, -0.001 ] do
                  magnitudes random 300 -1.0 lower upper |> isWithin 1.5 onePlus log1p "log1p"
          testCase "log1p next to -1, and where the exponent changes"
          <| fun () ->
              let nextToMinusOne = [| for k in 1..53 -> -1.0 + Math.Pow(2.0, -float k) |]

              let edges =
                  [| for k in -10 .. 60 do
                         let edge = Math.Pow(2.0, float k) * sqrt 0.5 - 1.0
                         yield! [ Math.BitDecrement edge; edge; Math.BitIncrement edge ] |]

              Array.append nextToMinusOne edges
              |> Array.filter (fun x -> x > -1.0 && x <> 0.0)
              |> isWithin 1.5 onePlus log1p "log1p"
          testCase "log1p at the ends of its domain"
          <| fun () ->
              for x, expected in
                  [ 0.0, 0.0
                    -1.0, -infinity
                    infinity, infinity
                    Double.Epsilon, Double.Epsilon
                    -Double.Epsilon, -Double.Epsilon ] do
                  Expect.equal (log1p [| x |]) [| expected |] $"log1p(%.17g{x})"

              Expect.isTrue (Double.IsNegative(Array.head (log1p [| -0.0 |]))) "log1p(-0) = -0"

              for x in [ -1.5; Math.BitDecrement -1.0; -infinity; -1e300 ] do
                  Expect.isTrue (Double.IsNaN(Array.head (log1p [| x |]))) $"log1p({x})"
          testCase "NaN stays in its lane"
          <| fun () ->
              for f in [ exp; log1p ] do
                  for lane in 0 .. lanes - 1 do
                      let results = f (Array.updateAt lane nan (Array.create lanes 0.5))

                      for other in 0 .. lanes - 1 do
                          Expect.equal (Double.IsNaN results[other]) (other = lane) $"lane {other}"
          testCase "the bits are those of any other machine"
          <| fun () ->
              // Taken with 512-bit registers; the same with 256-bit ones and with none.
              let bits (values: float[]) =
                  values
                  |> Array.collect BitConverter.GetBytes
                  |> SHA256.HashData
                  |> Convert.ToHexStringLower

              let xs = Array.init 20000 (fun i -> -760.0 + 0.0760001 * float i)

              Expect.equal
                  [ bits (exp xs); bits (log1p (exp xs)) ]
                  [ "3b29750e950a46466da65de21d83cb909bd7e12cca5eb6a3a0d0930f97df5fb0"
                    "449a47a361e77e2e1eb4669dd9feb21c39017f951049ccaf55fab0ee700be0ae" ]
                  "exp and log1p" ]
