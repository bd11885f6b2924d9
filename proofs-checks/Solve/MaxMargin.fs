/// implicit-bias solve max-margin: the separator of largest margin in a norm.
module ImplicitBias.Commands.SolveMaxMargin

open System
open System.CommandLine
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference

/// The solution of min ‖w‖ subject to yₙ(xₙ·w + b) ≥ 1 in one of the three norms, all in the same scale.
type private Solution =
    {
        Weights: Rational array
        Bias: Rational
        /// 1/‖w‖.
        Margin: float
        /// γ² for l2, where γ need not be rational, and γ for l1 and linf.
        ExactMargin: string * Rational
        /// Rows with a positive dual variable, ascending.
        Support: int array
        /// Dual variables of the support.
        Dual: Rational array
        Certified: bool
        DualityGap: float
        /// Bound on the distance of the unit weights from the true ones; l2 only, where these are unique.
        DirectionError: float option
    }

type private Answer =
    | Solved of Solution
    | NotSeparable of GordanCertificate
    | Undecided of reason: string

let private euclidean (free: bool) (data: Dataset) =
    let answer =
        if free then
            MaxMargin.SolveFreeBias(data.ExactInputs(), data.Labels())
        else
            MaxMargin.Solve(data.ExactSignedInputs())

    match answer with
    | :? MaxMarginResult.Solved as solved ->
        Solved
            { Weights = solved.Weights
              Bias = solved.Bias
              Margin = solved.Margin
              ExactMargin = "marginSquared", solved.MarginSquared
              Support = solved.Support
              Dual = solved.Support |> Array.map (fun row -> solved.Dual[row])
              Certified = solved.Certified
              DualityGap = solved.DualityGap
              DirectionError = Some solved.DirectionError }
    | :? MaxMarginResult.NotSeparable as answer -> NotSeparable answer.Certificate
    | :? MaxMarginResult.Undecided as answer -> Undecided answer.Reason
    | _ -> invalidOp "A max-margin answer has three cases."

let private polyhedral (norm: MarginNorm) (free: bool) (data: Dataset) =
    let answer =
        if free then
            NormMargin.SolveFreeBias(data.ExactInputs(), data.Labels(), norm)
        else
            NormMargin.Solve(data.ExactSignedInputs(), norm)

    match answer with
    | :? NormMarginResult.Solved as solved ->
        // From ‖w‖ = 1 with smallest margin γ to smallest margin 1 with ‖w‖ = 1/γ, as for l2; the dual follows.
        let scaled value : Rational = value / solved.Margin

        Solved
            { Weights = Array.map scaled solved.Weights
              Bias = scaled solved.Bias
              Margin = solved.MarginDouble
              ExactMargin = "margin", solved.Margin
              Support = solved.Support
              Dual = solved.Support |> Array.map (fun row -> scaled solved.Dual[row])
              Certified = solved.Certified
              DualityGap = solved.DualityGap
              DirectionError = None }
    | :? NormMarginResult.NotSeparable as answer -> NotSeparable answer.Certificate
    | :? NormMarginResult.Undecided as answer -> Undecided answer.Reason
    | _ -> invalidOp "A margin answer has three cases."

/// The last weight of augmented data is the bias.
let private separateBias (solution: Solution) =
    { solution with
        Weights = Array.sub solution.Weights 0 (solution.Weights.Length - 1)
        Bias = Array.last solution.Weights }

let private solve (norm: string) (bias: string) (data: Dataset) =
    let answer =
        match norm with
        | "l1" -> polyhedral MarginNorm.L1 (bias = "free") data
        | "linf" -> polyhedral MarginNorm.LInfinity (bias = "free") data
        | _ -> euclidean (bias = "free") data

    match answer with
    | Solved solution when bias = "augmented" -> Solved(separateBias solution)
    | other -> other

let private doubles (values: Rational array) =
    values |> Seq.map _.ToDouble() |> Json.numbers

let private rationals (values: Rational array) = values |> Seq.map string |> Json.texts

let private json (norm: string) (bias: string) (data: Dataset) (answer: Answer) =
    let features =
        data.Features
        |> Seq.filter (fun name -> bias <> "augmented" || name <> Dataset.BiasFeature)

    let record status certified (parts: (string * Json) list) =
        let part name = Json.orNull name parts

        Record
            [ "status", Text status
              "weights", part "weights"
              "bias", part "bias"
              "norm", Text norm
              "margin", part "margin"
              "support", part "support"
              "dual", part "dual"
              "certified", Bool certified
              "dualityGap", part "dualityGap"
              "directionError", part "directionError"
              "features", Json.texts features
              "rows", Integer data.SampleCount
              "exact", part "exact"
              "certificate", part "certificate"
              "reason", part "reason" ]

    let rows (indices: int seq) =
        indices |> Seq.map (int64 >> Integer) |> List.ofSeq |> Items

    match answer with
    | Solved solution ->
        let marginName, margin = solution.ExactMargin

        record
            "solved"
            solution.Certified
            [ "weights", doubles solution.Weights
              "bias", Number(solution.Bias.ToDouble())
              "margin", Number solution.Margin
              "support", rows solution.Support
              "dual", doubles solution.Dual
              "dualityGap", Number solution.DualityGap
              for bound in Option.toList solution.DirectionError do
                  "directionError", Number bound
              if solution.Certified then
                  "exact",
                  Record
                      [ "weights", rationals solution.Weights
                        "bias", Text(string solution.Bias)
                        marginName, Text(string margin)
                        "dual", rationals solution.Dual ] ]
    | NotSeparable certificate ->
        let support = certificate.Support

        record
            "not-separable"
            true
            [ "certificate",
              Record
                  [ "rows", rows support
                    "multipliers", rationals (support |> Array.map (fun row -> certificate.Multipliers[row])) ] ]
    | Undecided reason -> record "undecided" false [ "reason", Text reason ]

let private point (data: Dataset) (inputs: float[,]) row =
    seq { for k in 0 .. data.Features.Count - 1 -> Report.short inputs[row, k] }
    |> String.concat ", "

let private exactly certified (value: Rational) =
    if certified then Screen.plain (string value) else ""

let private printSolution (norm: string) (bias: string) (data: Dataset) (solution: Solution) =
    let marginName, margin = solution.ExactMargin

    let certified =
        if solution.Certified then
            "certified: optimality verified for every row in exact rational arithmetic"
        else
            let direction =
                solution.DirectionError
                |> Option.map (fun bound -> $", error of the direction at most {Report.size bound}")
                |> Option.defaultValue ""

            $"floating point, proven: relative duality gap at most {Report.size solution.DualityGap}{direction}"

    Screen.line (
        Screen.styled "bold" $"{norm} max-margin solution, bias {bias}"
        + "; "
        + Screen.plain certified
    )

    let exactMargin =
        if not solution.Certified then ""
        elif marginName = "margin" then $" = {margin}"
        else $" = sqrt({margin})"

    Screen.line (
        Screen.plain $"margin {Report.long solution.Margin}{exactMargin}, in the units of the features"
    )

    Screen.line ""

    Screen.table
        [ "weight of"; ">value"; "exact" ]
        [ let row name (value: Rational) =
              [ name; Report.long (value.ToDouble()); exactly solution.Certified value ]

          for feature, weight in Seq.zip data.Features solution.Weights do
              row (Screen.plain feature) weight

          if bias <> "none" then
              row (Screen.styled "dim" "bias") solution.Bias ]

    Screen.line ""
    let labels = data.Labels()
    let inputs = data.Inputs()

    Screen.table
        [ ">support row"; ">y"; "x"; ">dual"; "exact" ]
        [ for row, dual in Seq.zip solution.Support solution.Dual ->
              [ string<int> row
                (if labels[row] > 0 then "+1" else "-1")
                Screen.plain (point data inputs row)
                Report.long (dual.ToDouble())
                exactly solution.Certified dual ] ]

    Screen.line ""

    Screen.line (
        Screen.styled
            "dim"
            "Weights are scaled so that the smallest y (w.x + b) is 1; rows count from 0 among the rows used."
    )

let private print norm bias (data: Dataset) answer =
    match answer with
    | Solved solution -> printSolution norm bias data solution
    | NotSeparable certificate ->
        Screen.line (Screen.styled "bold" "Not separable: no weights give every row a positive margin.")

        Screen.line (
            "The proof: these rows, with their classes as signs and these positive multipliers, add up to zero."
        )

        let labels = data.Labels()
        let inputs = data.Inputs()

        Screen.table
            [ ">row"; ">y"; "x"; ">multiplier" ]
            [ for row in certificate.Support ->
                  [ string<int> row
                    (if labels[row] > 0 then "+1" else "-1")
                    Screen.plain (point data inputs row)
                    string certificate.Multipliers[row] ] ]
    | Undecided reason -> Screen.line (Screen.styled "bold" "Undecided: " + Screen.plain reason)

let private teaching =
    """Examples:
  implicit-bias solve max-margin --data iris.csv --label species --positive setosa --negative versicolor
  implicit-bias solve max-margin --data iris.csv --label species --positive setosa --negative versicolor --bias free
  implicit-bias solve max-margin --data penguins.csv --label species --positive Adelie --negative Gentoo \
    --features bill_length_mm,bill_depth_mm --drop-missing --norm l1 --json

Solved is: minimise ‖w‖ subject to y (w.x + b) >= 1 for every row. Decimals in the file are taken at their word (0.1 is
1/10), so a certified answer is the exact solution for the file. The margin is 1/‖w‖. With --bias augmented the bias is
part of w and of its norm; with --bias free it is not.

JSON: {"status", "weights", "bias", "norm", "margin", "support", "dual", "certified", "dualityGap", "directionError",
"features", "rows", "exact", "certificate", "reason"}.
  status       "solved", "not-separable" or "undecided"; keys without a value are null
  support      rows with a positive dual variable, from 0 among the rows used; dual goes with it
  dual         l2: w is the sum of dual y x, and the duals add up to ‖w‖²; l1, linf: the duals add up to ‖w‖
  certified    true: exact, verified for every row in rational arithmetic. False, for large data: floating point
  dualityGap   proven upper bound, relative; 0 if certified
  directionError  l2: proven upper bound on the distance of the unit weights, as printed, from the exact ones
  exact        the same numbers as fractions in strings, with "marginSquared" for l2 and "margin" otherwise
  certificate  if not separable: {"rows", "multipliers"}, positive multipliers with which the rows y x (and, for a free
               bias, the y) add up to zero

Exit code: 0 solved; 1 not separable, or undecided; 2 bad usage or bad data."""

/// The command.
let command: Command =
    let command =
        TeachingCommand("max-margin", "The exact max-margin (hard-margin) separator of your data.", teaching)

    let data = DataOptions(required = true, biases = [ "none"; "augmented"; "free" ])

    let norm =
        Option<string>(
            "--norm",
            Description = "The norm of the weights that is minimised.",
            HelpName = "l2|l1|linf",
            DefaultValueFactory = fun _ -> "l2"
        )
            .AcceptOnlyFromAmong("l2", "l1", "linf")

    data.AddTo command
    command.Add norm

    Session.act command (fun session ->
        let norm = session.Parsed.GetRequiredValue norm
        let bias = data.Bias session.Parsed

        let sample = Solving.read data session

        let answer = Solving.solve session sample (fun () -> solve norm bias sample.Dataset)

        Solving.print session sample (json norm bias) (print norm bias) answer

        match answer with
        | Solved _ -> ExitCode.success
        | NotSeparable _
        | Undecided _ -> ExitCode.notConfirmed)

    command
