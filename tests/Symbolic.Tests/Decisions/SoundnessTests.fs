/// What the kernel decides about random terms under random assumptions, against rigorous values at points.
module ImplicitBias.Tests.SoundnessTests

open Expecto
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading

/// A term in x and y and what is assumed of them; it may have values nowhere.
type private Question = { Assumptions: string; Term: Term }

let private assumptions =
    [ "x>0, y>0"
      "x real, y real"
      "x<>0, y real"
      "x in [-2,3], y>=0"
      "x>1, y<0"
      "x in (0,1), y in (0,1)"
      "x>=0, y>=0"
      "x integer, x<>0, y real" ]

let private orElse fallback (create: unit -> Term) =
    try
        create ()
    with NoValueException _ ->
        fallback

let private functions =
    [ Function.Exp
      Function.Ln
      Function.Abs
      Function.Sin
      Function.Cos
      Function.Atan
      Function.Asin
      Function.Acosh
      Function.Tanh ]

let rec private term depth : Gen<Term> =
    if depth = 0 then
        Gen.frequency
            [ 2, Gen.constant x
              1, Gen.constant y
              2, Gen.map Term.integer (Gen.choose (-3, 3)) ]
    else
        let inner = term (depth - 1)

        let pair combine =
            Gen.map2 (fun a b -> orElse a (fun () -> combine a b)) inner inner

        Gen.frequency
            [ 3, pair (+)
              2, pair (-)
              3, pair (*)
              1, pair (/)
              2, Gen.map (fun a -> orElse a (fun () -> Term.sqrt a)) inner
              1, Gen.map (fun a -> a ** n 2) inner
              3, Gen.map2 (fun f a -> orElse a (fun () -> Term.apply f a)) (Gen.elements functions) inner ]

/// Terms in which much cancels, or does so for one sign or on one branch only.
let private nearZero: Gen<Term> =
    let two combine =
        Gen.map2 (fun a b -> orElse a (fun () -> combine a b)) (term 2) (term 1)

    Gen.oneof
        [ term 3
          two (fun a b -> (a + b) ** n 2 - a ** n 2 - b ** n 2 - n 2 * a * b)
          two (fun a b -> (a + b) ** n 2 - n 4 * a * b)
          two (fun a b -> Term.ln (a * b) - Term.ln a - Term.ln b)
          two (fun a b -> Term.sqrt (a * b) - Term.sqrt a * Term.sqrt b)
          two (fun a _ -> Term.sqrt (a ** n 2) - a) ]

let private question =
    Gen.map2 (fun text term -> { Assumptions = text; Term = term }) (Gen.elements assumptions) nearZero

/// The signs at points, where they are certain.
let private signs (assumed: Assumptions) (term: Term) : (Map<string, BigRational> * int) list =
    [ for number in 0..11 do
          let point = Sample.point assumed number (Term.symbols term)

          match Enclosure.sign 128 (Sample.balls 256 point) term with
          | Some sign -> point, sign
          | None -> () ]

let private check name (question: Question) (holds: int -> bool) =
    for point, sign in signs (assume question.Assumptions) question.Term do
        if not (holds sign) then
            failtestf
                "%s: %s for %s, but its sign is %d at %s"
                name
                (InfixText.print question.Term)
                question.Assumptions
                sign
                (Sample.describe point)

[<Tests>]
let tests =
    let property name (count: int) (body: Question -> unit) =
        let config =
            { FsCheckConfig.defaultConfig with maxTest = count; replay = Some(20261125UL, 7UL, None) }

        testPropertyWithConfig config name (Prop.forAll (Arb.fromGen question) body)

    testList
        "nothing decided is contradicted by a value"
        [ property "signs" 300
          <| fun question ->
              match Sign.decide (assume question.Assumptions) question.Term with
              | Ok Sign.Positive -> check "above 0" question (fun sign -> sign > 0)
              | Ok Sign.Negative -> check "below 0" question (fun sign -> sign < 0)
              | Ok Sign.Zero -> check "zero" question (fun sign -> sign = 0)
              | Error _ -> ()

          property "what is never negative" 300
          <| fun question ->
              if Sign.isNonNegative (assume question.Assumptions) question.Term then
                  check "at least 0" question (fun sign -> sign >= 0)

          property "zero" 300
          <| fun question ->
              if ZeroTest.isZero (assume question.Assumptions) question.Term = Answer.True then
                  check "zero" question (fun sign -> sign = 0)

          testCase "√a has its own square in what leads"
          <| fun () ->
              // a is the square of the kernel √a only once the root is met.
              let assumed = assume "a>0, b>0"

              for larger, smaller in [ a + n 1, n 2 * Term.sqrt a; a + b, n 2 * Term.sqrt (a * b) ] do
                  Expect.equal (Region.isNonNegative assumed (larger - smaller)) Decision.Exact "holds"

                  match Region.isNonNegative assumed (smaller - larger) with
                  | Decision.Refuted _ -> ()
                  | other -> failtestf "%A" other ]
