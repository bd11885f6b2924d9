/// What the laws of growth of linear networks on separable data need besides the data: that they have set in where they are read.
module ImplicitBias.Theory.NetworkAsymptotics

open System
open ImplicitBias.Numerics
open ImplicitBias.Theory.LinearNetworks

/// t^(-(θ-1)), what is left of the points without weight, beside (log t)^(-δ), whose amplitude is read off the auxiliary
/// snapshots: their ratio e^{-(θ-1)x} x^δ first grows with x = log t. Where at a reading it is more than twice what it was on an
/// auxiliary snapshot the budget knows nothing of it.
let pointsFade: Hypothesis =
    { Says = "the auxiliary snapshots see the points off the margin fade, t^(-(θ-1)) beside (log t)^(-δ)"
      Holds =
        fun case ->
            let selection = selected case
            let slack = Array.min selection.Slack

            let largest =
                List.map (fun x -> Math.Exp(-slack * x) * Math.Pow(x, selection.Decay))
                >> List.fold max 0.0

            largest case.LogTimes <= Budget.safety * largest case.Auxiliary }

/// A point off the margin fades like t^(-(θₙ-1)) once its margin is θₙY, and features that are not used may hold it back for long: where
/// they fade like (log t)^(-0.06) it kept 3% of the weight to log t = 300. What it adds to Σ pₙfₙ hides what they take away, and an
/// amplitude read off then is too small.
let slackOpens: Hypothesis =
    { Says =
        "every point off the margin has half its slack at the last auxiliary snapshot, fₙ - Y ≥ (θₙ - 1)Y/2"
      Holds =
        fun case ->
            let selection = selected case

            // A run that ended before says so in its own verdict.
            match Seq.tryItem (case.Auxiliary.Length - 1) case.Run.Value.Snapshots with
            | Some last ->
                let outputs = Seq.toArray last.Outputs
                let y = Measure.dot selection.Dual outputs

                Seq.forall2
                    (fun slack margin -> Double.IsInfinity slack || Budget.safety * (margin - y) >= slack * y)
                    selection.Slack
                    outputs
            | None -> true }

/// One certificate only.
let uniqueDual: Hypothesis =
    { Says = "the multipliers of the margin constraints are unique"
      Holds = fun case -> (selected case).DualIsUnique }

/// Σ pₙfₙ = ℓ + Ent(p) + KL(p, softmax(-f)), and the relative entropy is of second order once every point has come to its weight:
/// KL ≤ log max pₙ/softmax(-f)ₙ. Weight on other points lowers them all and counts as well.
let weightsSettle: Hypothesis =
    { Says = "every point has half its weight from the last auxiliary snapshot on, softmax(-f)ₙ ≥ λₙ/(2Σλ)"
      Holds =
        fun case ->
            let dual = (selected case).Dual

            case.Run.Value.Snapshots
            |> Seq.indexed
            |> Seq.filter (fun (k, _) -> k >= case.Auxiliary.Length - 1)
            |> Seq.forall (fun (_, snapshot) ->
                let outputs = Seq.toArray snapshot.Outputs
                // log Σ e^{-f}, whatever the loss of the run.
                let logSum = ExponentialLoss().LogValue(ReadOnlySpan outputs)

                Seq.forall2
                    (fun weight margin -> Math.Log(weight / Budget.safety) <= -margin - logSum)
                    dual
                    outputs) }

/// What the laws of growth on separable data need.
let asymptotics: Hypothesis list =
    [ separable
      exponentialTail
      uniqueDual
      pointsFade
      slackOpens
      weightsSettle ]
