/// The solution that the theory says a network chooses, computed by the reference solvers and never from the dynamics.
[<AutoOpen>]
module ImplicitBias.Theory.LinearNetworks.Selection

open System
open System.Collections.Concurrent
open System.Runtime.CompilerServices
open MathNet.Numerics.LinearAlgebra
open MathNet.Symbolics
open ImplicitBias.Theory
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

/// L, the depth of the network.
let depth: Expression = Operators.symbol "L"

/// The factors that a network stores separately for every product: L, or 1 where the layers share their weights. The least
/// ‖θ‖² that makes a predictor is this many times its penalty.
let factors: Expression = Operators.symbol "m"

/// R, the least penalty with margins of at least 1: Σ|b|^{2/L}, for fully connected networks ‖ŵ‖₂^{2/L}.
let penalty: Expression = Operators.symbol "R"

/// Ent(p) = -Σ pₙ log pₙ of the normalised dual variables p of the selected predictor, in nats.
let entropy: Expression = Operators.symbol "entropy"

/// δ: what the network does not need fades relative to the rest like (log t)^{-δ}.
let decay: Expression = Operators.symbol "decay"

/// n, the number of points.
let count: Expression = Operators.symbol "n"

/// What the theory says a network on these data chooses.
type Selection =
    {
        /// β with smallest margin 1.
        Predictor: float array
        /// R, its penalty.
        Penalty: float
        /// λ/Σλ, length n.
        Dual: float array
        /// The features, or frequencies up to D/2, that β does not use, by the certificate of the solver.
        Unused: int list
        /// |Zᵀλ| or |FZᵀλ|, per feature or frequency up to D/2; 1 where β is not zero if L = 2.
        DualModuli: float array
        /// θₙ - 1, by how much the margins of β exceed 1, length n; infinite where a point has weight.
        Slack: float array
        /// Whether no other multipliers certify β: the rows of margin 1, on the features that β uses, are independent.
        DualIsUnique: bool
        /// δ. A feature or frequency that β does not use keeps its amplitude if L is not 2, and grows like (log t)^κ if
        /// L = 2, κ its dual modulus.
        Decay: float
    }

let private solve (depth: int) (domain: BridgeDomain) (data: Dataset) =
    let penalty = BridgePenalty(data.Dimension, depth, domain)

    match penalty.Minimise(data.ExactSignedInputs()) with
    | :? BridgePenaltyResult.Solved as solved ->
        let inputs = data.SignedInputs()

        let image =
            Array.init data.Dimension (fun k -> Measure.dot solved.Dual inputs[*, k])

        let moduli = penalty.Moduli(ReadOnlySpan image)

        let unused =
            [ for k in 0 .. moduli.Length - 1 do
                  if not (Array.contains k solved.Support) then
                      k ]

        let margins =
            Array.init data.SampleCount (fun n -> Measure.dot solved.Weights inputs[n, *])

        let tight =
            [ for n, margin in Array.indexed margins do
                  if solved.Dual[n] > 0.0 || not (Measure.differ [ margin ] [ 1.0 ]) then
                      n ]

        let columns =
            match domain with
            | BridgeDomain.Coordinates when depth > 1 -> List.ofSeq solved.Support
            | _ -> [ 0 .. data.Dimension - 1 ]

        let rows =
            Matrix<float>.Build.DenseOfRows
                [ for n in tight -> Seq.ofList [ for j in columns -> inputs[n, j] ] ]

        { Predictor = solved.Weights
          Slack =
            Array.map2 (fun dual margin -> if dual > 0.0 then infinity else margin - 1.0) solved.Dual margins
          DualIsUnique = rows.Rank() = tight.Length
          Penalty = solved.Objective
          Dual = Measure.scale (1.0 / Array.sum solved.Dual) solved.Dual
          Unused = unused
          DualModuli = moduli
          Decay =
            if depth = 2 then
                unused |> List.fold (fun most k -> max most moduli[k]) 0.0 |> (-) 1.0
            else
                1.0 }
    | _ -> invalidOp $"{data.Name} is not linearly separable."

/// A signal with every frequency but 0 and D/2 times a factor: those that have a conjugate.
let private onPairs (factor: float) (signal: float array) : float array =
    Spectrum.ofSignal signal
    |> Array.mapi (fun k value ->
        if k = 0 || 2 * k = signal.Length then
            value
        else
            value * factor)
    |> Spectrum.toSignal

/// Counting a pair once is half of it, |2^{-L/2} b|^{2/L} for |b|^{2/L}: the same penalty of filtered predictors, whose margins are
/// those of data filtered the other way.
let private solveHalf (depth: int) (data: Dataset) =
    let filter = onPairs (2.0 ** (float depth / 2.0))
    let inputs = data.SignedInputs()

    let filtered =
        Dataset.FromSignedInputs(
            data.Name,
            array2D [ for n in 0 .. data.SampleCount - 1 -> filter inputs[n, *] ]
        )

    let selection = solve depth BridgeDomain.Fourier filtered
    { selection with Predictor = filter selection.Predictor }

type private Entries =
    | All of BridgeDomain
    | HalfOfSpectrum

let private bridges =
    ConditionalWeakTable<Dataset, ConcurrentDictionary<int * Entries, Lazy<Selection>>>()

let private once depth entries (data: Dataset) solve =
    bridges.GetOrCreateValue(data).GetOrAdd((depth, entries), (fun _ -> lazy (solve depth data))).Value

/// The least bridge penalty on the data, solved once.
/// Raises InvalidOperationException on data that are not separable.
let bridge (depth: int) (domain: BridgeDomain) (data: Dataset) : Selection =
    once depth (All domain) data (fun depth -> solve depth domain)

/// The same over the frequencies 0..D/2 alone, as a real transform returns them: without their conjugates.
let halfSpectrum (depth: int) (data: Dataset) : Selection =
    once depth HalfOfSpectrum data solveHalf

/// What the architecture of a case would choose at some depth.
let selectedAt (depth: int) (case: Case) : Selection =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork -> bridge depth BridgeDomain.Fourier case.Data
    | :? DiagonalNetwork -> bridge depth BridgeDomain.Coordinates case.Data
    | _ ->
        // The penalty of a fully connected network is ‖ŵ‖₂^{2/L}: the same norm whatever its depth. The layers start out of
        // balance by constants, which enter at second order relative to their squares, (log t)^{2/L}; beside that stand
        // terms log log t/(log t)².
        let maxMargin = bridge 1 BridgeDomain.Coordinates case.Data

        { maxMargin with
            Penalty = maxMargin.Penalty ** (1.0 / float depth)
            Decay = min 1.5 (4.0 / float depth) }

/// The least penalty of the same depth over frequencies where the network has features, or the other way round.
let selectedElsewhere (case: Case) : Selection =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork as network -> bridge network.Depth BridgeDomain.Coordinates case.Data
    | other -> bridge other.Depth BridgeDomain.Fourier case.Data

/// The same over half of the spectrum; None where there are no frequencies.
let selectedByHalf (case: Case) : Selection option =
    match (network case).Parametrization with
    | :? ConvolutionalNetwork as network -> Some(halfSpectrum network.Depth case.Data)
    | _ -> None

/// What the network of a case chooses.
let selected (case: Case) : Selection = selectedAt (depthOf case) case

/// ‖ŵ‖₂^{2/L}, the penalty of a fully connected network of the same depth.
let euclideanPenalty (case: Case) : float =
    (bridge 1 BridgeDomain.Coordinates case.Data).Penalty
    ** (1.0 / float (depthOf case))

/// Whether the penalty of a case is another number than that; not where one layer, or one feature, is enough.
let hasOtherPenalty (case: Case) : bool =
    Measure.differ [ (selected case).Penalty ] [ euclideanPenalty case ]

/// The values of the symbols above on a case.
let constants (case: Case) : (Expression * float) list =
    let selection = selected case

    [ depth, float (depthOf case)
      factors, float (factorsOf case)
      penalty, selection.Penalty
      decay, selection.Decay
      entropy, -(selection.Dual |> Array.sumBy (fun p -> if p > 0.0 then p * log p else 0.0))
      count, float case.Data.SampleCount ]
