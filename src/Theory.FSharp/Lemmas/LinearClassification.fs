/// The experiments of linear classification: four ways of moving, and the data that every theorem is tried on.
module ImplicitBias.Theory.LinearClassification

open System
open ImplicitBias.Numerics

let private linear (data: Dataset) = data.Margins

/// Largest power of two at most 1/(n R²), with R = maxₙ ‖zₙ‖: below 2/λmax(∇²L) wherever L ≤ n, for either loss, so that
/// descent from zero is stable; a power of two, so that it is exact.
let private stableStep (data: Dataset) =
    let model = linear data
    Math.ScaleB(1.0, int (floor -(Math.Log2(float model.SampleCount * model.SquaredRadius))))

let private flow name (loss: ILoss) : Method =
    { Name = name
      Loss = loss
      Model = fun data -> linear data
      Dynamics = fun data -> GradientFlow(linear data, loss)
      StepSize = fun _ -> 1.0
      IsDescent = false }

let private descent name (loss: ILoss) (step: Dataset -> float) : Method =
    { Name = name
      Loss = loss
      Model = fun data -> linear data
      Dynamics = fun data -> GradientDescent(linear data, loss, step data)
      StepSize = step
      IsDescent = true }

/// Gradient flow on the summed exponential loss.
let flowExponential = flow "flow, exponential loss" (ExponentialLoss())

/// Gradient flow on the summed logistic loss.
let flowLogistic = flow "flow, logistic loss" (LogisticLoss())

/// Gradient descent on the summed exponential loss with a stable fixed step.
let descentExponential =
    descent "descent, exponential loss" (ExponentialLoss()) stableStep

/// Gradient descent on the summed logistic loss with a stable fixed step.
let descentLogistic = descent "descent, logistic loss" (LogisticLoss()) stableStep

/// The four methods for which the theorem of Soudry et al. is stated.
let methods = [ flowExponential; flowLogistic; descentExponential; descentLogistic ]

/// Descent on the mean of the exponential loss with the same step size: n times slower than on the sum.
let meanDescent =
    { descent "descent, mean exponential loss" (ExponentialLoss()) stableStep with
        Dynamics =
            fun data ->
                let step = stableStep data / float data.SampleCount
                GradientDescent(linear data, ExponentialLoss(), step) }

/// Gradient flow on a loss whose tail is a power, for which no theorem of exponential tails holds.
let flowPolynomial = flow "flow, polynomial tail" (PolynomialTailLoss 2.0)

/// Two support vectors that span the plane and three more points; every constant is exact by hand:
/// ŵ = (4/11, 6/11), α = (12/121, 40/121, 0, 0, 0), λ = 30/121, θ = 18/11.
let fivePoints =
    Dataset.FromSignedInputs(
        "five points",
        array2D [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 3.0; 1.0 ]; [ 1.0; 3.0 ]; [ 2.5; 2.0 ] ]
    )

/// The two support vectors of the five points, and a third point whose slack is 1/110: its weight in the gradient dies
/// like t^(-1/110).
let nearlyActive =
    Dataset.FromSignedInputs("nearly active point", array2D [ [ 2.0; 0.5 ]; [ 0.5; 1.5 ]; [ 1.11; 1.11 ] ])

/// Iris setosa against versicolor, four features in cm, no bias. Three support vectors in four dimensions.
let iris = BuiltInData.Iris("setosa", "versicolor")

/// The petals of the same flowers with a bias feature: three support vectors that span.
let irisPetals = iris.Select([ "petal_length_cm"; "petal_width_cm" ]).Augmented()

/// Penguins Adelie against Gentoo, bill length and depth in mm, no bias.
let penguins =
    BuiltInData.Penguins("Adelie", "Gentoo").Select([ "bill_length_mm"; "bill_depth_mm" ])

/// log t of the snapshots that measure a transient.
let auxiliary = [ 10.0; 20.0; 40.0; 80.0 ]

/// log t of the readings: 10² to 10⁶, that is t from 10⁴³ to 10⁴³⁴²⁹⁴.
let logTimes = [ 1e2; 1e3; 1e4; 1e5; 1e6 ]

/// A case at the usual readings.
let case (data: Dataset) (start: float list) (method: Method) : Case =
    Case.create data.Name data start method auxiliary logTimes

/// Readings for a loss with a power for a tail, whose weights grow like a power of t and overflow beyond.
let readShortly = Case.readAt auxiliary [ 1e2; 3e2 ]

/// The five points under a loss whose tail is a power; shared, so that the run is made once.
let fivePointsPolynomial = readShortly (case fivePoints [ 0.0; 0.0 ] flowPolynomial)

let private fromZero (methods: Method list) (data: Dataset) : Case list =
    methods |> List.map (case data (List.replicate data.Dimension 0.0))

/// A user's data from the start 0 under given methods. Where the slowest mode is slow the auxiliary snapshots wait for three and
/// six of its e-folds, and the readings for these.
let onData (methods: Method list) (data: Dataset) : Case list =
    let cases = fromZero methods data

    match Separable.maxMargin data with
    | :? Reference.MaxMarginResult.Solved ->
        let fold = min (1.0 / Separable.rateOf data) (List.last logTimes / 10.0)

        if 6.0 * fold <= List.last auxiliary then
            cases
        else
            let later = List.filter (fun logTime -> logTime > 6.0 * fold) logTimes
            cases |> List.map (Case.readAt (auxiliary @ [ 3.0 * fold; 6.0 * fold ]) later)
    | _ -> cases

/// Five points and one more that contradicts them.
let contradictory =
    Dataset.FromSignedInputs(
        "five points and a contradiction",
        array2D
            [ [ 2.0; 0.5 ]
              [ 0.5; 1.5 ]
              [ 3.0; 1.0 ]
              [ 1.0; 3.0 ]
              [ 2.5; 2.0 ]
              [ -2.0; -1.5 ] ]
    )

/// The second point lies on the margin with a zero dual variable: ŵ = (1, 0), α = (1, 0).
let zeroDual =
    Dataset.FromSignedInputs("zero dual", array2D [ [ 1.0; 0.0 ]; [ 1.0; 1.0 ] ])

/// The built-in data under the four methods; shared, so that each run is made once. One start is not zero.
let cases: Case list =
    List.concat
        [ List.map (case fivePoints [ 0.5; -0.5 ]) methods
          fromZero methods nearlyActive
          fromZero methods iris
          fromZero methods irisPetals
          fromZero methods penguins ]
