/// What every model must do, applied to each of a list of instances: a new model is tested by adding it there.
module ImplicitBias.Tests.Models.ModelBatteryTests

open System
open Expecto
open ImplicitBias.Numerics
open ImplicitBias.Tests
open ImplicitBias.Tests.Within

type private Instance =
    {
        Name: string
        /// A model of its own for every test: networks hold work space, and tests run side by side.
        Create: unit -> IModel
    }

    member instance.Model: IModel = instance.Create()

let private normal (random: Random) count =
    Array.init count (fun _ -> Seeded.uniform random -2.0 2.0)

let private randomLinear seed samples features =
    let random = Seeded.random seed

    let signedInputs =
        Array2D.init samples features (fun _ _ -> Seeded.uniform random -3.0 3.0)

    { Name = $"linear {samples}×{features}"; Create = fun () -> LinearModel signedInputs }

let private network name seed samples (create: unit -> IParametrization) =
    let random = Seeded.random seed
    let parametrization = create ()

    let inputs =
        Array2D.init samples parametrization.Dimension (fun _ _ -> Seeded.uniform random -3.0 3.0)

    { Name = $"{name}, depth {parametrization.Depth}, {samples}×{parametrization.Dimension}"
      Create = fun () -> LinearNetwork(inputs, create ()) }

let private linear =
    [ { Name = "linear 1×1"; Create = fun () -> LinearModel(array2D [ [ -2.0 ] ]) }
      // Every remainder of the four lanes, and more samples than features and the reverse.
      randomLinear 1 5 2
      randomLinear 2 2 3
      randomLinear 3 3 4
      randomLinear 4 7 5
      randomLinear 5 4 7
      randomLinear 6 20 8
      randomLinear 7 6 13
      { Name = "linear, iris"
        Create = fun () -> LinearModel(BuiltInData.Iris("setosa", "versicolor").Augmented().SignedInputs()) } ]

let private instances =
    linear
    @ [ for depth in 1..4 do
            network "diagonal, shared" (10 + depth) 3 (fun () -> DiagonalNetwork.Shared(4, depth))
            network "diagonal, untied" (20 + depth) 3 (fun () -> DiagonalNetwork.Untied(4, depth))

            network "diagonal, difference" (30 + depth) 3 (fun () ->
                DiagonalNetwork.UntiedDifference(3, depth))

            network "fully connected, width 3" (40 + depth) 3 (fun () -> FullyConnectedNetwork(4, depth, 3))
            network "fully connected, width 1" (50 + depth) 2 (fun () -> FullyConnectedNetwork(3, depth, 1))
            network "convolutional" (60 + depth) 3 (fun () -> ConvolutionalNetwork(5, depth))
            network "convolutional" (70 + depth) 2 (fun () -> ConvolutionalNetwork(6, depth))
        network "diagonal, in logarithms" 85 3 (fun () -> LogDiagonalNetwork(3, 2))
        network "diagonal, in logarithms" 86 2 (fun () -> LogDiagonalNetwork(2, 3))
        network "convolutional" 80 1 (fun () -> ConvolutionalNetwork(1, 3))
        network "factorisation, full rank" 90 2 (fun () -> MatrixFactorization(3, 3))
        network "factorisation, rank one" 91 3 (fun () -> MatrixFactorization(2, 1)) ]

let private predict (model: IModel) (parameters: float[]) =
    let outputs: float[] = Array.zeroCreate model.SampleCount
    model.Predict(ReadOnlySpan parameters, Span outputs)
    outputs

let private pullback (model: IModel) (parameters: float[]) (weights: float[]) =
    let gradient: float[] = Array.create model.ParameterCount nan // must be overwritten, not added to
    model.Pullback(ReadOnlySpan parameters, ReadOnlySpan weights, Span gradient)
    gradient

let private dot (x: float[]) (y: float[]) =
    Array.fold2 (fun sum a b -> sum + a * b) 0.0 x y

let private size (x: float[]) (y: float[]) =
    Array.fold2 (fun sum a b -> sum + abs (a * b)) 0.0 x y

/// ⟨Ju, v⟩ = ⟨u, Jᵀv⟩, Ju by extrapolated differences of Predict alone.
let private adjoint (instance: Instance) =
    testCase "the pullback is the adjoint of the derivative" (fun () ->
        let model = instance.Model
        let random = Seeded.random 99

        for _ in 1..10 do
            let parameters = normal random model.ParameterCount
            let u = normal random model.ParameterCount
            let v = normal random model.SampleCount

            let along step =
                dot v (predict model (Array.map2 (fun p q -> p + step * q) parameters u))

            // Every product and sum of ⟨v, f⟩, divided by the smallest step, 1/32, on both sides of it.
            let terms = float (model.ParameterCount + model.SampleCount + 2)
            let pulled = pullback model parameters v
            let measured, budget = Richardson.derivative 0.0 along 0.0 1.0

            let scale =
                size v (predict model parameters) + size u pulled + size v (predict model u)

            within (budget + roundings (64.0 * terms) scale) measured (dot u pulled) "⟨u, Jᵀv⟩")

/// Jᵀ(av + bw) = a Jᵀv + b Jᵀw, and Predict and Pullback repeat themselves exactly.
let private linearity (instance: Instance) =
    testCase "the pullback is linear in its weights" (fun () ->
        let model = instance.Model
        let random = Seeded.random 100
        let parameters = normal random model.ParameterCount
        let v, w = normal random model.SampleCount, normal random model.SampleCount

        let together =
            pullback model parameters (Array.map2 (fun x y -> 2.0 * x - 0.5 * y) v w)

        let pv, pw = pullback model parameters v, pullback model parameters w

        // Row i of |J|, times the weights it is given.
        let sizes =
            Array.init model.SampleCount (fun i ->
                let unit = Array.init model.SampleCount (fun k -> if k = i then 1.0 else 0.0)
                let weight = 2.0 * abs v[i] + 0.5 * abs w[i]
                pullback model parameters unit |> Array.map (fun slope -> weight * abs slope))

        for j in 0 .. model.ParameterCount - 1 do
            let scale = sizes |> Array.sumBy (fun row -> row[j])
            let count = float (model.SampleCount + model.ParameterCount)
            within (roundings count scale) (2.0 * pv[j] - 0.5 * pw[j]) together[j] $"component {j}"

        Expect.equal (pullback model parameters v) pv "bit for bit the same again")

/// Hu = Jᵀ(c∘Ju) + (d/ds) J(θ + su)ᵀv, both derivatives by extrapolated differences, for models that have H.
let private hessian (model: ICurvedModel) =
    testCase "the Hessian is the derivative of the pullback" (fun () ->
        let p = model.ParameterCount
        let random = Seeded.random 101
        let parameters, u = normal random p, normal random p
        let v, curvatures = normal random model.SampleCount, normal random model.SampleCount
        let hessian = Array.create (p * p) nan // must be overwritten, not added to
        model.Hessian(ReadOnlySpan parameters, ReadOnlySpan v, ReadOnlySpan curvatures, Span hessian)

        let along step =
            Array.map2 (fun x d -> x + step * d) parameters u

        let derivatives f size =
            Array.init size (fun i -> Richardson.derivative 0.0 (fun step -> (f step: float[])[i]) 0.0 1.0)

        let ju = derivatives (fun step -> predict model (along step)) model.SampleCount

        let throughOutputs =
            pullback model parameters (Array.map2 (fun c (d, _) -> c * d) curvatures ju)

        let largest = hessian |> Array.map abs |> Array.max
        let throughModel = derivatives (fun step -> pullback model (along step) v) p

        for j in 0 .. p - 1 do
            let row = hessian[j * p .. j * p + p - 1]
            let curving, budget = throughModel[j]
            let predicted = throughOutputs[j] + curving

            let scale =
                abs predicted + size row u + float model.SampleCount * abs throughOutputs[j]

            // As above, divided by the smallest step.
            within
                (budget + roundings (64.0 * float (p + model.SampleCount)) scale)
                predicted
                (dot row u)
                $"(Hu) component {j}"

            for k in 0 .. j - 1 do
                let there, back = hessian[j * p + k], hessian[k * p + j]
                within (roundings (2.0 * float p) largest) there back "symmetry")

let private lengths (instance: Instance) =
    testCase "spans of another length are refused" (fun () ->
        let model = instance.Model
        let p, n = model.ParameterCount, model.SampleCount
        let vector count = Array.create count 1.0

        let refuses (run: unit -> unit) =
            Expect.throwsT<ArgumentOutOfRangeException> run "length"

        refuses (fun () -> model.Predict(ReadOnlySpan(vector (p + 1)), Span(vector n)))
        refuses (fun () -> model.Predict(ReadOnlySpan(vector p), Span(vector (n + 1))))

        refuses (fun () ->
            model.Pullback(ReadOnlySpan(vector (p + 1)), ReadOnlySpan(vector n), Span(vector p)))

        refuses (fun () ->
            model.Pullback(ReadOnlySpan(vector p), ReadOnlySpan(vector (n + 1)), Span(vector p)))

        refuses (fun () ->
            model.Pullback(ReadOnlySpan(vector p), ReadOnlySpan(vector n), Span(vector (p + 1)))))

let private allocation (instance: Instance) =
    testCase "nothing is allocated" (fun () ->
        let model = instance.Model
        let parameters = Array.create model.ParameterCount 0.1
        let outputs = Array.create model.SampleCount 0.1

        let run () =
            model.Predict(ReadOnlySpan parameters, Span outputs)
            model.Pullback(ReadOnlySpan parameters, ReadOnlySpan outputs, Span parameters)
            Array.fill parameters 0 parameters.Length 0.1

        run ()
        let before = GC.GetAllocatedBytesForCurrentThread()

        for _ in 1..50 do
            run ()

        Expect.equal (GC.GetAllocatedBytesForCurrentThread() - before) 0L "bytes")

[<Tests>]
let battery =
    testList
        "models"
        [ for instance in instances ->
              testList
                  instance.Name
                  [ adjoint instance
                    linearity instance
                    match instance.Model with
                    | :? ICurvedModel as model -> hessian model
                    | _ -> ()
                    lengths instance
                    allocation instance ] ]

/// Differences would cross the kink, so the neuron is compared with the linear one that it is on either side.
[<Tests>]
let leaky =
    testList
        "leaky neuron"
        [ testCase "with its slopes put into the rows it is the linear neuron"
          <| fun () ->
              let rows = array2D [ [ 1.0; 2.0 ]; [ -3.0; 1.0 ]; [ 2.0; 0.5 ] ]
              let parameters = [| 0.5; -0.125; -1.5 |]
              // v·x = 1/4, -13/8, 15/16.
              for leak, slopes in [ 1.0, [ 1.0; 1.0; 1.0 ]; 0.25, [ 1.0; 0.25; 1.0 ] ] do
                  let sloped = Array2D.init 3 2 (fun i j -> slopes[i] * rows[i, j])

                  let neuron, linear =
                      LeakyNeuron(rows, leak), LinearNetwork(sloped, FullyConnectedNetwork(2, 2, 1))

                  Expect.equal (predict neuron parameters) (predict linear parameters) "outputs"
                  let weights = [| 1.0; -2.0; 0.5 |]

                  for a, b in
                      Array.zip (pullback neuron parameters weights) (pullback linear parameters weights) do
                      within (ulps 4.0 4.0) b a "gradient"
          testCase "a leak outside (0, 1] and an empty sample are refused"
          <| fun () ->
              for leak in [ 0.0; -0.5; 1.5; nan ] do
                  Expect.throwsT<ArgumentException>
                      (fun () -> LeakyNeuron(Array2D.create 1 1 1.0, leak) |> ignore)
                      "leak"

              Expect.throwsT<ArgumentException>
                  (fun () -> LeakyNeuron(Array2D.zeroCreate 0 2, 0.5) |> ignore)
                  "empty" ]
