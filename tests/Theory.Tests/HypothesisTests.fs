/// Hypotheses as code: each of them can be broken, and a case that breaks it is told so.
module ImplicitBias.Tests.HypothesisTests

open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Theory

let private classes name rows =
    Dataset.FromSignedInputs(name, array2D rows)

let private numbers name rows (targets: float list) =
    Dataset.ForRegression(name, array2D rows, List.toArray targets)

/// Data that a user might bring and that break something.
let private brokenData =
    [ LinearClassification.contradictory
      LinearClassification.zeroDual
      classes "one point twice" [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 0.5; 1.5 ] ]
      classes
          "a support vector of weight 1/1000"
          [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 1.001; 1.0001 ]; [ 3.0; 1.0 ] ]
      classes "millionths" [ [ 2e-6; 1e-6 ]; [ 1.5e-6; -1e-6 ]; [ 1e-6; 2e-6 ]; [ 2.5e-6; -1.5e-6 ] ]
      classes "an unused feature holds a point back" [ [ 0.6; -1.6; -1.4 ]; [ 0.5; -1.7; -0.3 ] ]
      classes
          "a point slow to leave the margin"
          [ [ 0.12; 1.11 ]
            [ 1.56; -1.18 ]
            [ 0.57; 0.18 ]
            [ 1.25; 0.94 ]
            [ 1.61; -1.85 ] ]
      LinearRegression.Samples.contradictory
      numbers "zero targets" [ [ 1.0; 2.0; 0.5 ]; [ 0.0; 1.0; 3.0 ] ] [ 0.0; 0.0 ]
      numbers "as many rows as unknowns" [ [ 1.0; 2.0 ]; [ 3.0; -1.0 ] ] [ 1.0; 2.0 ]
      numbers
          "all entries of a symmetric matrix"
          [ [ 1.0; 0.0; 0.0; 0.0 ]; [ 0.0; 1.0; 1.0; 0.0 ]; [ 0.0; 0.0; 0.0; 1.0 ] ]
          [ 1.0; 0.5; 1.0 ]
      numbers "a trace far from the start" [ [ 1.0; 0.0; 0.0; 1.0 ] ] [ 1000.0 ]
      numbers "equal weights" [ [ 1.0; 1.0 ] ] [ 2.0 ]
      numbers "a solution without the slowest direction" [ [ 2.0; 0.0; 0.0 ]; [ 0.0; 1.0; 0.0 ] ] [ 2.0; 0.0 ]
      numbers
          "a weight off the support with |ν| = 0.983"
          [ [ -1.7468; 1.1716; 0.7813; -0.4365 ]; [ 0.2706; -0.6771; 1.9735; -0.1654 ] ]
          [ 0.0096; -1.7431 ]
      numbers
          "two terms that cancel at α = 3·10⁻⁴"
          [ [ -0.3277; 0.25; 0.2295; 1.2663 ]; [ 0.6651; 1.3915; 0.7884; -0.1669 ] ]
          [ 1.358; -0.3277 ]
      numbers "two modes of nearly the same rate" [ [ 1.0; 0.0; 0.0 ]; [ 0.0; 1.01; 0.0 ] ] [ 1.001; 5.0 ] ]

/// Cases to look for one that breaks a hypothesis, the likeliest first.
let private candidates (theorem: Theorem) =
    seq {
        for control in theorem.Controls do
            control.Case

        for data in brokenData do
            if data.IsRegression = theorem.Cases.Head.Data.IsRegression then
                yield! theorem.OnData data

        for case in theorem.Cases do
            let still =
                Case.readAt case.Auxiliary case.LogTimes { case with Start = [ for _ in case.Start -> 0.0 ] }

            still

        for other in Catalogue.theorems do
            yield! other.Cases

            for control in other.Controls do
                control.Case
    }

/// Whether a hypothesis holds on a case; None where it cannot be asked, of another kind of data or model.
let private holds (case: Case) (hypothesis: Hypothesis) =
    try
        Some(hypothesis.Holds case)
    with _ ->
        None

[<Tests>]
let tests =
    testList
        "hypotheses"
        [ testCase "a control breaks the hypothesis that it names" (fun () ->
              let kept =
                  [ for theorem in Catalogue.theorems do
                        for control in theorem.Controls do
                            for hypothesis in theorem.Hypotheses do
                                if hypothesis.Says = control.Breaks && hypothesis.Holds control.Case then
                                    $"{theorem.Id}: {control.Breaks}, {control.Case.Instance}" ]

              Expect.equal kept [] "hypotheses that hold where a control is to break them")

          for theorem in Catalogue.theorems do
              for k, hypothesis in List.indexed theorem.Hypotheses do
                  testCase $"{theorem.Id}: a case that breaks '{hypothesis.Says}' is inapplicable" (fun () ->
                      let earlier = List.truncate k theorem.Hypotheses

                      let breaksOnlyIt case =
                          List.forall (fun hypothesis -> holds case hypothesis = Some true) earlier
                          && holds case hypothesis = Some false

                      match candidates theorem |> Seq.tryFind breaksOnlyIt with
                      | None -> failtest "no case breaks it"
                      | Some case ->
                          match (Check.case theorem case).Verdict with
                          | Inapplicable named ->
                              Expect.equal named.Says hypothesis.Says "the hypothesis that is named"
                          | other -> failtestf "%A" other) ]
