/// Every theorem of the catalogue on every built-in case, and the rules of the house that a theorem file must keep.
module ImplicitBias.Tests.TheoremTests

open System.IO
open System.Text.RegularExpressions
open Expecto
open MathNet.Symbolics
open ImplicitBias.Theory

let private confirms (finding: Finding) =
    match finding.Verdict with
    | Confirmed -> ()
    | Refuted witness -> failtestf "refuted: %s" witness
    | Powerless(rival, separation) -> failtestf "cannot reject '%s' (separation %.2g)" rival.Name separation
    | Undecided reason -> failtestf "undecided: %s" reason
    | Inapplicable hypothesis -> failtestf "inapplicable: the data break '%s'" hypothesis.Says

let private failsAsPredicted (finding: Finding) =
    match finding.Verdict with
    | Refuted _ -> ()
    | other -> failtestf "a broken hypothesis must refute the theorem; the verdict is %A" other

let private name (case: Case) =
    $"{case.Instance}, {case.Method.Name}, from {case.Start}"

[<Tests>]
let theorems =
    testList
        "theorems"
        [ for theorem in Catalogue.theorems ->
              testList
                  theorem.Id
                  [ for case in theorem.Cases ->
                        testCase (name case) (fun () -> confirms (Check.case theorem case))
                    for control in theorem.Controls ->
                        testCase $"control: {control.Breaks}, {name control.Case}" (fun () ->
                            failsAsPredicted (Check.control theorem control)) ] ]

/// src/Theory.FSharp/Theorems, found from the test assembly upwards.
let private theoremFolder =
    let rec climb (folder: DirectoryInfo | null) =
        match folder with
        | null -> failwith "The tests run inside the repository."
        | found ->
            let candidate = Path.Combine(found.FullName, "src", "Theory.FSharp", "Theorems")

            if Directory.Exists candidate then
                candidate
            else
                climb found.Parent

    climb (DirectoryInfo(System.AppContext.BaseDirectory))

let private kebab (text: string) =
    Regex.Replace(text, "(?<=[a-z0-9])([A-Z])", "-$1").ToLowerInvariant()

/// One support vector, along which w grows: ‖w‖ and the margins then move alike and only their roundings tell them apart.
[<Tests>]
let budgets =
    testCase "a difference of large terms is known to their rounding" (fun () ->
        let data =
            ImplicitBias.Numerics.Dataset.FromSignedInputs(
                "one support vector",
                array2D [ [ 1.0; 2.0 ]; [ 2.0; 1.0 ]; [ 1.0; 1.0 ]; [ 3.0; 0.0 ]; [ 0.5; 0.5 ] ]
            )

        for finding in
            Theorems.MarginGap.theorem.OnData data
            |> List.map (Check.case Theorems.MarginGap.theorem) do
            match finding.Verdict with
            | Refuted witness -> failtestf "%s: %s" finding.Case.Method.Name witness
            | _ -> ()

            for reading in finding.Readings do
                // γ‖w‖ is about log t; the last of its operations alone rounds by half an ulp.
                let engine = reading.Budget.Parts |> List.find (fst >> (=) "engine") |> snd
                Expect.isGreaterThan engine (reading.LogTime * 2.0 ** -53.0) "the rounding in the budget")

/// At α = 1/10 the terms after the next one cancel on these data to 3% of it, and later they do not.
[<Tests>]
let cancellation =
    testCase "terms that cancel early refute nothing" (fun () ->
        let theorem = Theorems.SmallInitialisation.theorem

        let data =
            ImplicitBias.Numerics.Dataset.ForRegression(
                "two rows of eight",
                array2D
                    [ [ 0.1795; -0.1479; -0.1458; 0.6964; 0.1729; 0.2814; -0.4389; 1.4683 ]
                      [ 1.1003; 0.4777; 2.121; -0.6143; -0.2928; -0.0355; -1.8879; 0.7312 ] ],
                [| -0.649; 0.6949 |]
            )

        for case in theorem.OnData data do
            confirms (Check.case theorem case)

            let slip =
                { theorem with
                    Prediction = { theorem.Prediction with Next = theorem.Prediction.Next / 2Q } }

            match (Check.case slip case).Verdict with
            | Refuted _ -> ()
            | other -> failtestf "half of the next term: %A" other)

[<Tests>]
let house =
    testList
        "house rules"
        [ testCase "every file under Theorems is in the catalogue" (fun () ->
              let files =
                  Directory.GetFiles(theoremFolder, "*.fs", SearchOption.AllDirectories)
                  |> Array.map (fun file -> string (Path.GetFileNameWithoutExtension file))
                  |> Array.sort

              let modules = Catalogue.entries |> List.map _.Module |> List.sort |> Array.ofList
              Expect.sequenceEqual modules files "module names against file names")
          testCase "every entry has a theorem whose id is the file name" (fun () ->
              for entry in Catalogue.entries do
                  match entry.Theorem with
                  | Ok theorem -> Expect.equal theorem.Id (kebab entry.Module) "the id"
                  | Error reason -> failtestf "%s: %s" entry.Module reason)
          testCase "the setting of an entry is the folder of its file" (fun () ->
              for entry in Catalogue.entries do
                  let folders =
                      Directory.GetDirectories(theoremFolder, "*", SearchOption.AllDirectories)
                      |> Array.filter (fun folder -> File.Exists(Path.Combine(folder, entry.Module + ".fs")))
                      |> Array.map (fun folder -> kebab (string (Path.GetFileName folder)))

                  Expect.sequenceEqual folders [ entry.Setting ] entry.Module)
          testCase "ids are unique" (fun () ->
              let ids = Catalogue.theorems |> List.map _.Id
              Expect.hasLength (List.distinct ids) ids.Length "distinct ids")
          testCase
              "every theorem has three rivals, a control, a hypothesis, a derivation, a source and cases"
              (fun () ->
                  for theorem in Catalogue.theorems do
                      let many what count least =
                          if count < least then
                              failtestf "%s has %d %s; at least %d are needed" theorem.Id count what least

                      many "rivals" theorem.Rivals.Length 3
                      many "controls" theorem.Controls.Length 1
                      many "hypotheses" theorem.Hypotheses.Length 1
                      many "derivation steps" theorem.Derivation.Length 1
                      many "cases" theorem.Cases.Length 2
                      many "characters of a source" theorem.Source.ArXiv.Length 1)
          testCase
              "every control breaks something that the theorem needs, and says what happens instead"
              (fun () ->
                  for theorem in Catalogue.theorems do
                      for control in theorem.Controls do
                          Expect.isNotEmpty control.Breaks theorem.Id
                          Expect.isNotEmpty control.Instead theorem.Id)
          testCase "no derivation step is wrong or undecided" (fun () ->
              for theorem in Catalogue.theorems do
                  for step in theorem.Derivation do
                      match Derivation.check step with
                      | Wrong reason
                      | NotDecided reason -> failtestf "%s, %s: %s" theorem.Id (Step.claim step) reason
                      | Exact
                      | Enclosed _
                      | Sampled _
                      | FromSource -> ())
          testCase "predictions contain no floating-point literal" (fun () ->
              for theorem in Catalogue.theorems do
                  let prediction = theorem.Prediction

                  let rec exact expression =
                      match expression with
                      | Approximation _ -> false
                      | Sum operands
                      | Product operands
                      | FunctionN(_, operands) -> List.forall exact operands
                      | Power(a, b) -> exact a && exact b
                      | Function(_, a) -> exact a
                      | _ -> true

                  for expression in
                      [ prediction.Leading
                        prediction.Next
                        prediction.Remainder
                        prediction.Transient ]
                      @ List.map _.Value theorem.Rivals do
                      Expect.isTrue (exact expression) $"{theorem.Id}: {Infix.format expression}") ]
