namespace ImplicitBias.Theory

open System.Collections.Generic
open ImplicitBias.Numerics

/// How parameters move: one loss under one dynamics, set up for any data.
type Method =
    {
        /// As in "flow, exponential loss".
        Name: string
        Loss: ILoss
        Model: Dataset -> IModel
        Dynamics: Dataset -> IDynamics
        /// η on the summed loss; 1 for a flow.
        StepSize: Dataset -> float
        /// Whether t counts iterations.
        IsDescent: bool
    }

/// What one verdict is about: data, a start, and a way of moving, with the run that all readings are taken from.
type Case =
    {
        /// Name of the data, as in "iris setosa/versicolor".
        Instance: string
        Data: Dataset
        Start: float list
        Method: Method
        /// log t of snapshots that are taken but not compared: before the first reading they measure the amplitude of a
        /// transient, and a quadrature along the run has its nodes there.
        Auxiliary: float list
        /// log t of the readings.
        LogTimes: float list
        /// Local error per step of the run.
        Accuracy: Accuracy
        /// The run, made once, when first needed, and shared by every theorem that reads this case.
        Run: Lazy<Trajectory>
    }

module Case =

    /// Local error per step of every run: 10⁻¹¹ e-folds of the loss, and 10⁻¹⁴ of their number, which is what
    /// rounding leaves at log t = 10⁶ with two digits to spare. The global error is estimated by each run itself.
    let accuracy = Accuracy(1e-14, 1e-11)

    /// The same where what is compared is a part in 10⁵ or more: a thousandth of that, at a third of the cost.
    let private coarse = Accuracy(1e-12, 1e-8)

    let private run accuracy data (start: float list) (method: Method) auxiliary logTimes =
        lazy
            (let start: float array = List.toArray start
             let readings: float array = List.toArray (List.sort (auxiliary @ logTimes))
             method.Dynamics(data).Run(start, readings, accuracy))

    /// A case read at given log t. Nothing is run yet.
    let create
        (instance: string)
        (data: Dataset)
        (start: float list)
        (method: Method)
        (auxiliary: float list)
        (logTimes: float list)
        : Case =
        { Instance = instance
          Data = data
          Start = start
          Method = method
          Auxiliary = auxiliary
          LogTimes = logTimes
          Accuracy = accuracy
          Run = run accuracy data start method auxiliary logTimes }

    /// The same case run to fewer digits than usual, for laws whose remainders are 10⁻⁵ and more. The run estimates its own error
    /// like any other.
    let coarsely (case: Case) : Case =
        { case with
            Accuracy = coarse
            Run = run coarse case.Data case.Start case.Method case.Auxiliary case.LogTimes }

    /// The same case read at other log t.
    let readAt (auxiliary: float list) (logTimes: float list) (case: Case) : Case =
        create case.Instance case.Data case.Start case.Method auxiliary logTimes

    /// The snapshot a case would have had with other parameters at the same log t: outputs and loss follow.
    let withParameters (case: Case) (parameters: float array) (snapshot: Snapshot) : Snapshot =
        let model = case.Method.Model case.Data
        let outputs: float array = Array.zeroCreate model.SampleCount
        model.Predict(parameters, outputs)

        Snapshot(
            snapshot.LogTime,
            case.Method.Loss.LogValue outputs,
            System.Collections.Immutable.ImmutableArray.CreateRange parameters,
            System.Collections.Immutable.ImmutableArray.CreateRange outputs,
            snapshot.ErrorEstimate
        )

    /// f, computed once for each snapshot: the readings of a run share its snapshots.
    let oncePerSnapshot (f: Snapshot -> 'value) : Snapshot -> 'value =
        let known = Dictionary<Snapshot, 'value>(HashIdentity.Reference)

        fun snapshot ->
            match known.TryGetValue snapshot with
            | true, value -> value
            | _ ->
                let value = f snapshot
                known[snapshot] <- value
                value

    /// The snapshot with other parameters and everything else as it was.
    let withParametersOnly (parameters: float array) (snapshot: Snapshot) : Snapshot =
        Snapshot(
            snapshot.LogTime,
            snapshot.LogLoss,
            System.Collections.Immutable.ImmutableArray.CreateRange parameters,
            snapshot.Outputs,
            snapshot.ErrorEstimate
        )
