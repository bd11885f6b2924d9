/// What the commands that look for an interpolant print: the weights with their certificate, or why there are none.
module internal ImplicitBias.Commands.Interpolant

open ImplicitBias.Numerics
open ImplicitBias.Numerics.Exact
open ImplicitBias.Numerics.Reference

/// What is printed of an interpolant: the solution with its certificate, or why there is none.
type Answer =
    {
        Status: string
        Weights: float array option
        Objective: float option
        Dual: float array option
        KktResidual: float option
        DualityGap: float option
        /// Multipliers of the rows that prove there is no solution.
        Certificate: Rational array option
        Reason: string option
        /// What only one of the commands has.
        Further: (string * Json) list
    }

let none status reason (certificate: Rational array option) further =
    { Status = status
      Weights = None
      Objective = None
      Dual = None
      KktResidual = None
      DualityGap = None
      Certificate = certificate
      Reason = Some reason
      Further = further }

let inconsistent (certificate: FredholmCertificate) further =
    none
        "inconsistent"
        "no weights fit every row: the rows, times these multipliers, add up to 0 = 1"
        (Some certificate.Multipliers)
        further

let ofProjection further (result: BregmanProjectionResult) =
    match result with
    | :? BregmanProjectionResult.Solved as solved ->
        { Status = "solved"
          Weights = Some solved.Weights
          Objective = Some solved.Objective
          Dual = Some solved.Dual
          KktResidual = Some solved.KktResidual
          DualityGap = Some solved.DualityGap
          Certificate = Option.ofObj solved.Boundary
          Reason = None
          Further = further }
    | :? BregmanProjectionResult.Inconsistent as answer -> inconsistent answer.Certificate further
    | :? BregmanProjectionResult.OutsideDomain as answer ->
        none
            "outside-domain"
            "no weights that fit every row are inside the domain: the rows, times these multipliers, have no positive coefficient and no negative target"
            (Some answer.Multipliers)
            further
    | :? BregmanProjectionResult.Undecided as answer -> none "undecided" answer.Reason None further
    | _ -> invalidOp "A projection has four cases."

let private json (data: Dataset) (answer: Answer) =
    Record(
        [ "status", Text answer.Status
          "weights", Json.optional Json.numbers answer.Weights
          "objective", Json.optional Number answer.Objective
          "dual", Json.optional Json.numbers answer.Dual
          "kktResidual", Json.optional Number answer.KktResidual
          "dualityGap", Json.optional Number answer.DualityGap
          "features", Json.texts data.Features
          "rows", Integer data.SampleCount ]
        @ answer.Further
        @ [ "certificate", Json.optional (Seq.map string >> Json.texts) answer.Certificate
            "reason", Json.optional Text answer.Reason ]
    )

let private printMultipliers (data: Dataset) (multipliers: Rational array) =
    Screen.table
        [ ">row"; ">multiplier" ]
        [ for row, multiplier in Seq.indexed multipliers do
              if multiplier.Sign <> 0 then
                  [ (if row < data.SampleCount then
                         string<int> row
                     else
                         "sum = 1")
                    string multiplier ] ]

let private print (title: string) (data: Dataset) (remarks: string list) (answer: Answer) =
    match answer.Weights, answer.Dual with
    | Some weights, Some dual ->
        let number value =
            value |> Option.map Report.long |> Option.defaultValue ""

        let size value =
            value |> Option.map Report.size |> Option.defaultValue ""

        Screen.line (Screen.styled "bold" title)

        Screen.line (
            Screen.plain
                $"objective {number answer.Objective}; KKT residual {size answer.KktResidual}, duality gap {size answer.DualityGap}"
        )

        for remark in remarks do
            Screen.line (Screen.plain remark)

        Screen.line ""

        Screen.table
            [ "weight of"; ">value" ]
            [ for feature, weight in Seq.zip data.Features weights ->
                  [ Screen.plain feature; Report.long weight ] ]

        Screen.line ""

        Screen.table
            [ ">row"; ">target"; ">dual" ]
            [ for row, (target, value) in Seq.indexed (Seq.zip (data.Targets()) dual) ->
                  [ string<int> row; Report.short target; Report.long value ] ]

        match answer.Certificate with
        | None -> ()
        | Some multipliers ->
            Screen.line ""

            Screen.line (
                Screen.plain
                    "Some weights are zero in every solution: the rows, times these multipliers, have target zero and coefficients of one sign."
            )

            printMultipliers data multipliers
    | _ ->
        let reason = answer.Reason |> Option.defaultValue ""

        Screen.line (
            Screen.styled "bold" $"No answer ({answer.Status}): "
            + Screen.plain $"{reason}."
        )

        match answer.Certificate with
        | None -> ()
        | Some multipliers -> printMultipliers data multipliers

/// Where the rows and targets come from.
let dataOptions () =
    DataOptions(required = true, biases = [ "none"; "augmented" ], answers = Targets)

/// Prints the answer; the result is the exit code.
let finish (session: Session) (sample: CsvSample) title remarks (answer: Answer) =
    Solving.print session sample json (fun data -> print title data remarks) answer

    if answer.Status = "solved" then
        ExitCode.success
    else
        ExitCode.notConfirmed
