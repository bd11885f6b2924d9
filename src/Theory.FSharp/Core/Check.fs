/// Checks one theorem on one case: the same path for built-in cases, controls and a user's data.
module ImplicitBias.Theory.Check

open System.Diagnostics
open System.Runtime.CompilerServices
open MathNet.Symbolics
open ImplicitBias.Numerics
open ImplicitBias.Theory.Symbolic

let private describeOutcome outcome =
    match outcome with
    | Outcome.Stationary -> "it came to rest where the gradient vanishes"
    | Outcome.StepUnderflow -> "the step fell below the resolution of the clock"
    | Outcome.NonFinite -> "the state became infinite or not a number"
    | Outcome.StepLimit -> "the next reading was more steps away than are waited for"
    | Outcome.Cancelled -> "it was cancelled"
    | _ -> "it reached its horizon"

/// Where a theorem's expressions are evaluated.
type private Terms = { Predicted: float; Largest: float; Remainder: float; Transient: float }

let private terms (prediction: Prediction) (constants: Values) (logTime: float) =
    let values = constants |> Map.add (Numeric.name Symbols.logT) logTime

    [ Prediction.value prediction
      prediction.Leading
      prediction.Next
      prediction.Remainder
      prediction.Transient ]
    |> List.map (Numeric.evaluate values)
    |> collect
    |> Result.map (function
        | [ predicted; leading; next; remainder; transient ] ->
            { Predicted = predicted
              Largest = max (abs leading) (abs next)
              Remainder = remainder
              Transient = transient }
        | _ -> invalidOp "five expressions have five values")

/// The distance by which a measurement violates a claim; not positive where it does not.
let private violation claim predicted measured =
    match claim with
    | ForAllTime
    | Asymptotic -> abs (measured - predicted)
    | UpperBound -> measured - predicted
    | LowerBound -> predicted - measured

/// The readings of a run with their budgets.
let private readings
    (theorem: Theorem)
    (case: Case)
    (predictedAs: Case)
    (constants: Values)
    (snapshots: Snapshot list)
    =
    let measure = theorem.Measure predictedAs
    let upTo k = List.truncate (k + 1) snapshots

    let evaluate k =
        let snapshot = snapshots[k]

        terms theorem.Prediction constants snapshot.LogTime
        |> Result.map (fun terms -> snapshot.LogTime, terms, measure (upTo k))

    // Readings by position, not by value: descent moves an early reading to the nearest whole iteration.
    let compared, auxiliary =
        List.map (fun logTime -> logTime, false) case.Auxiliary
        @ List.map (fun logTime -> logTime, true) case.LogTimes
        |> List.sortBy fst
        |> List.indexed
        |> List.partition (fun (_, (_, isReading)) -> isReading)
        |> fun (readings, others) -> List.map fst readings, List.map fst others

    let first = compared |> List.tryHead |> Option.defaultValue snapshots.Length

    let measureAmplitude () =
        auxiliary
        |> List.filter (fun k -> k < first)
        |> List.map evaluate
        |> collect
        |> Result.map (
            List.choose (fun (_, terms, measured) ->
                let amplitude = abs ((measured - terms.Predicted) / terms.Transient)

                if System.Double.IsFinite amplitude then
                    Some amplitude
                else
                    None)
            >> List.fold max 0.0
        )

    let engineError = Budget.engineError case measure
    let dataError = Budget.dataError case measure

    let compare amplitude k =
        evaluate k
        |> Result.map (fun (logTime, terms, measured) ->
            let engine = engineError (upTo k) measured
            let data = dataError (upTo k) measured
            let largest = max terms.Largest (abs measured)

            { LogTime = logTime
              Predicted = terms.Predicted
              Measured = measured
              Budget = Budget.create terms.Remainder (amplitude * terms.Transient) engine data largest
              Ratio =
                if terms.Remainder = 0.0 then
                    None
                else
                    Some((measured - terms.Predicted) / terms.Remainder) })

    measureAmplitude ()
    |> Result.bind (fun amplitude -> compared |> List.map (compare amplitude) |> collect)

/// The first reading outside its budget, in words.
let private disagreement (claim: Claim) (readings: Reading list) : string option =
    readings
    |> List.tryFind (fun reading ->
        not (System.Double.IsNaN reading.Budget.Total)
        && not (violation claim reading.Predicted reading.Measured <= reading.Budget.Total))
    |> Option.map (fun reading ->
        $"at log t = {reading.LogTime:g6} predicted {reading.Predicted:g12}, measured {reading.Measured:g12}, "
        + $"budget {reading.Budget.Total:g3}")

/// The first reading whose measurement has no value within the error estimate, in words.
let private unresolved (readings: Reading list) : string option =
    readings
    |> List.tryFind (fun reading -> System.Double.IsNaN reading.Budget.Total)
    |> Option.map (fun reading ->
        $"at log t = {reading.LogTime:g6} the error estimate of the run reaches where nothing can be measured")

/// The ratio error/remainder is 1 + O(1/log t), so |ratio - 1| log t stays bounded: no reading may exceed the largest
/// earlier one by more than the safety factor, up to what the other parts of its budget hide.
let private failsToShrink (readings: Reading list) : string option =
    let hidden reading =
        let remainder = reading.Budget.Parts |> List.find (fst >> (=) "remainder") |> snd
        Budget.safety * (reading.Budget.Total - remainder) / remainder

    let rec scan bound rest =
        match rest with
        | [] -> None
        | reading :: later ->
            match reading.Ratio with
            | None -> scan bound later
            | Some ratio ->
                let distance = abs (ratio - 1.0) * reading.LogTime
                let noise = hidden reading * reading.LogTime

                match bound with
                | Some largest when distance > Budget.safety * largest + noise ->
                    Some
                        $"error/remainder is {ratio:g6} at log t = {reading.LogTime:g6} and does not approach 1"
                | Some largest -> scan (Some(max largest (distance + noise))) later
                | None -> scan (Some(distance + noise)) later

    scan None readings

let private separations (theorem: Theorem) (case: Case) (constants: Values) (readings: Reading list) =
    theorem.Rivals
    |> List.filter (fun rival -> rival.Applies case)
    |> List.map (fun rival ->
        readings
        |> List.map (fun reading ->
            let values = constants |> Map.add (Numeric.name Symbols.logT) reading.LogTime

            Numeric.evaluate values rival.Value
            |> Result.map (fun value ->
                violation theorem.Prediction.Claim value reading.Measured / reading.Budget.Total))
        |> collect
        |> Result.map (fun distances -> { Rival = rival; Separation = List.max distances })
        |> Result.mapError (fun reason -> $"rival '{rival.Name}': {reason}"))
    |> collect

let private stepFailure steps =
    steps
    |> List.indexed
    |> List.tryPick (fun (k, (step, evidence)) ->
        match evidence with
        | Wrong witness -> Some(Refuted $"derivation step {k + 1} ({Step.claim step}): {witness}")
        | NotDecided reason -> Some(Undecided $"derivation step {k + 1} ({Step.claim step}): {reason}")
        | _ -> None)

let private weakestRival rivals =
    rivals
    |> List.filter (fun (result: RivalResult) -> not result.Rejected)
    |> List.sortBy _.Separation
    |> List.tryHead

let private conclude (theorem: Theorem) steps (case: Case) (predictedAs: Case) (constants: Values) =
    let trajectory = case.Run.Value
    let snapshots = List.ofSeq trajectory.Snapshots

    if trajectory.Outcome = Outcome.Stationary && theorem.Prediction.Claim = Asymptotic then
        // To rounding the state will never move again, so no law of growth can hold.
        Refuted "the run came to rest where the gradient vanishes, before the readings were over", [], []
    elif trajectory.Outcome <> Outcome.ReachedHorizon then
        Undecided $"the run stopped early: {describeOutcome trajectory.Outcome}", [], []
    else
        match readings theorem case predictedAs constants snapshots with
        | Error reason -> Undecided reason, [], []
        | Ok readings ->
            match separations theorem predictedAs constants readings with
            | Error reason -> Undecided reason, readings, []
            | Ok rivals ->
                let verdict =
                    match
                        stepFailure steps,
                        disagreement theorem.Prediction.Claim readings,
                        failsToShrink readings
                    with
                    | Some failure, _, _ -> failure
                    | _, Some witness, _
                    | _, _, Some witness -> Refuted witness
                    | None, None, None ->
                        match unresolved readings, weakestRival rivals with
                        | Some reason, _ -> Undecided reason
                        | None, Some weakest -> Powerless(weakest.Rival, weakest.Separation)
                        | None, None -> Confirmed

                verdict, readings, rivals

// A pure function of an immutable theorem, shared by its cases and kept as long as it is.
let private derivations =
    ConditionalWeakTable<Theorem, Lazy<(Step * StepEvidence) list>>()

/// The steps of a derivation with what is known of each; checked once.
let derivation (theorem: Theorem) : (Step * StepEvidence) list =
    derivations.GetValue(
        theorem,
        fun theorem -> lazy (theorem.Derivation |> List.map (fun step -> step, Derivation.check step))
    )
    |> _.Value

let private find theorem control (case: Case) (predictedAs: Case) : Finding =
    let watch = Stopwatch.StartNew()
    let steps = derivation theorem

    let verdict, readings, rivals =
        let broken =
            match control with
            | Some _ -> None
            | None ->
                theorem.Hypotheses
                |> List.tryFind (fun hypothesis -> not (hypothesis.Holds case))

        match broken with
        | Some hypothesis -> Inapplicable hypothesis, [], []
        | None ->
            let constants =
                theorem.Constants predictedAs
                |> List.map (fun (symbol, value) -> Numeric.name symbol, value)
                |> Map.ofList

            conclude theorem steps case predictedAs constants

    { Theorem = theorem
      Case = case
      Control = control
      Verdict = verdict
      Readings = readings
      Rivals = rivals
      Steps = steps
      Seconds = watch.Elapsed.TotalSeconds }

/// The verdict on one case.
let case (theorem: Theorem) (case: Case) : Finding = find theorem None case case

/// The verdict on a control: the prediction of another case, hypotheses not asked.
let control (theorem: Theorem) (control: Control) : Finding =
    find theorem (Some control) control.Case control.PredictedAs
