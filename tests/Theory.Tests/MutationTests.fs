/// The tests of the tests: one slip in a theorem file must turn that theorem red.
module ImplicitBias.Tests.MutationTests

open Expecto
open MathNet.Symbolics
open ImplicitBias.Theory

/// Whether some built-in case is no longer confirmed. Controls are left out: they are red already.
let private isRed (theorem: Theorem) =
    theorem.Cases
    |> List.exists (fun case ->
        match (Check.case theorem case).Verdict with
        | Confirmed -> false
        | _ -> true)

/// A bound can be mutated into a weaker true bound, so one of the two changes of a leaf has to be noticed; of an equality,
/// both.
let private noticed (theorem: Theorem) mutants =
    match theorem.Prediction.Claim with
    | UpperBound
    | LowerBound -> List.exists isRed mutants
    | ForAllTime
    | Asymptotic -> List.forall isRed mutants

let private mutations (theorem: Theorem) part (expression: Expression) rebuild =
    [ for leaf, (what, changed) in List.indexed (Mutation.leaves expression) ->
          testCase $"{part}, leaf {leaf + 1}: {what}" (fun () ->
              if not (noticed theorem (changed |> List.map rebuild)) then
                  failtestf "%s survives a change of %s in %s" theorem.Id what (Infix.format expression)) ]

[<Tests>]
let predictions =
    testList
        "mutated predictions"
        [ for theorem in Catalogue.theorems ->
              let prediction = theorem.Prediction

              let changed update =
                  { theorem with Prediction = update prediction }

              testList
                  theorem.Id
                  (mutations theorem "leading" prediction.Leading (fun value ->
                      changed (fun prediction -> { prediction with Leading = value }))
                   @ mutations theorem "next" prediction.Next (fun value ->
                       changed (fun prediction -> { prediction with Next = value }))
                   // The remainder is part of the claim: the error must approach it.
                   @ (if prediction.Remainder = Operators.zero then
                          []
                      else
                          mutations theorem "remainder" prediction.Remainder (fun value ->
                              changed (fun prediction -> { prediction with Remainder = value })))) ]

[<Tests>]
let power =
    testList
        "power"
        [ for theorem in Catalogue.theorems do
              testCase $"{theorem.Id}: a rival equal to the truth makes it powerless" (fun () ->
                  let truth = Rival.create "the truth" "none" (Prediction.value theorem.Prediction)

                  let finding =
                      Check.case { theorem with Rivals = truth :: theorem.Rivals } theorem.Cases.Head

                  match finding.Verdict with
                  | Powerless(rival, separation) ->
                      Expect.equal rival.Name "the truth" "the rival"
                      Expect.isLessThanOrEqual separation 1.0 "its separation"
                  | other -> failtestf "%A" other)
          testList
              "taken for a rival, a theorem is refuted"
              [ for theorem in Catalogue.theorems ->
                    testCase theorem.Id (fun () ->
                        for rival in theorem.Rivals do
                            let impostor =
                                { theorem with
                                    Rivals = []
                                    Prediction =
                                        { theorem.Prediction with
                                            Leading = rival.Value
                                            Next = Operators.zero } }

                            let cases = theorem.Cases |> List.filter rival.Applies
                            Expect.isNonEmpty cases $"a case for '{rival.Name}'"

                            for case in cases do
                                match (Check.case impostor case).Verdict with
                                | Refuted _ -> ()
                                | other ->
                                    failtestf
                                        "'%s' on %s, %s: %A"
                                        rival.Name
                                        case.Instance
                                        case.Method.Name
                                        other) ] ]
