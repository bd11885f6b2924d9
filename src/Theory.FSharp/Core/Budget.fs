namespace ImplicitBias.Theory

open System
open MathNet.Numerics.LinearAlgebra
open ImplicitBias.Numerics

/// A tolerance as the sum of named parts, each a formula with a source.
type Budget =
    { Parts: (string * float) list }

    /// The sum of the parts.
    member budget.Total = List.sumBy snd budget.Parts

/// The one place where tolerances are made.
module Budget =

    /// A remainder is the leading term of the error, so the error is (1 + o(1)) times it; 2 allows the o(1) to be as
    /// large as the term itself, and no more.
    let safety = 2.0

    /// Roundings in evaluating a closed form of a dozen operations, in units of its largest term.
    let private evaluationUnits = 16.0

    /// Spacing of doubles at 1, 2⁻⁵².
    let private unit = 2.220446049250313e-16

    /// The rounding of a closed form whose largest term has this size.
    let rounding (largestTerm: float) : float = evaluationUnits * unit * largestTerm

    /// What ILoss.LogValue promises, in ulp of max(|log L|, 1).
    let private logLossUnits = 4.0

    /// How much the measured quantity moves when the parameters of each snapshot move by their error estimate and by the
    /// rounding of a scalar product of their length d, (d + 2) 2⁻⁵³ relative to each (Higham, Accuracy and Stability of
    /// Numerical Algorithms, section 3.1), and log L by its rounding: the sum over snapshots and coordinates of the larger
    /// change in either direction. Where it subtracts outputs from parameters, f = A(w) - B(m(w)), each is rounded on its own
    /// while the moves of A and B cancel: Σ|δA| + Σ|δB| ≤ Σ|δA - δB| + 2 Σ|δA|, so twice the change with outputs held is added.
    let engineError (case: Case) (measure: Snapshot list -> float) : Snapshot list -> float -> float =
        let shiftedBy replace coordinate shift (snapshot: Snapshot) =
            let parameters: float array = Seq.toArray snapshot.Parameters
            parameters[coordinate] <- parameters[coordinate] + shift
            replace parameters snapshot

        let shifted = shiftedBy (Case.withParameters case)
        let shiftedAlone = shiftedBy Case.withParametersOnly

        let reweighed shift (snapshot: Snapshot) =
            Snapshot(
                snapshot.LogTime,
                snapshot.LogLoss + shift,
                snapshot.Parameters,
                snapshot.Outputs,
                snapshot.ErrorEstimate
            )

        let either disturbed shift (snapshot: Snapshot) =
            disturbed shift snapshot, disturbed -shift snapshot

        // A snapshot moved up and down in each way, and how often the change counts.
        let moves (snapshot: Snapshot) =
            let dimension = snapshot.Parameters.Length

            [| 1.0, either reweighed (logLossUnits * unit * max (abs snapshot.LogLoss) 1.0) snapshot
               for coordinate in 0 .. dimension - 1 do
                   let rounding =
                       float (dimension + 2) * unit / 2.0 * abs snapshot.Parameters[coordinate]

                   1.0, either (shifted coordinate) (snapshot.ErrorEstimate + rounding) snapshot
                   2.0, either (shiftedAlone coordinate) rounding snapshot |]

        let movesOf = Case.oncePerSnapshot moves

        fun snapshots measured ->
            let change index moved =
                abs (measure (List.updateAt index moved snapshots) - measured)

            snapshots
            |> List.mapi (fun index snapshot ->
                movesOf snapshot
                |> Array.sumBy (fun (count, (up, down)) -> count * max (change index up) (change index down)))
            |> List.sum

    /// How far the parameters move along each coordinate when every entry of the data moves by half an ulp: a run is made on
    /// rounded data, a prediction on the data as written. Margins shift by at most δmᵢ = 2⁻⁵³ Σⱼ |zᵢⱼ wⱼ|, and the flow
    /// dw/ds = Σ Eᵢ zᵢ in s = log t answers to first order by Σ Eᵢ δmᵢ f(H) zᵢ with H = Σ Dᵢ zᵢ zᵢᵀ, f(λ) = (1 - e^{-λs})/λ.
    let private dataShift (model: LinearModel) (case: Case) (snapshot: Snapshot) : float array =
        let n, d = model.SampleCount, model.ParameterCount

        let outputs, parameters =
            Seq.toArray snapshot.Outputs, Seq.toArray snapshot.Parameters

        let weights, curvatures = Array.zeroCreate<float> n, Array.zeroCreate<float> n
        case.Method.Loss.Gradient(outputs, snapshot.LogLoss, weights)
        case.Method.Loss.Curvature(outputs, snapshot.LogLoss, curvatures)
        let hessian: float array = Array.zeroCreate (d * d)
        model.Hessian(parameters, weights, curvatures, hessian)

        // Relative to L: E = T L p and H = T L ∇²L/L, with log T = log(η t).
        let mass =
            exp (snapshot.LogTime + log (case.Method.StepSize case.Data) + snapshot.LogLoss)

        let duration = LogDomain.Softplus snapshot.LogTime
        let modes = Matrix<float>.Build.Dense(d, d, hessian).Evd(Symmetricity.Symmetric)
        let rates = modes.EigenValues |> Seq.map _.Real |> Array.ofSeq
        let negligible = float d * unit * Array.max rates
        let shifts: float array = Array.zeroCreate d

        for i in 0 .. n - 1 do
            if weights[i] <> 0.0 then
                let row = model.SignedInput(i).ToArray()

                let margin =
                    unit / 2.0 * (Array.map2 (fun z w -> abs (z * w)) row parameters |> Array.sum)

                let along =
                    modes.EigenVectors.TransposeThisAndMultiply(Vector<float>.Build.Dense row)

                let answer =
                    modes.EigenVectors
                    * along.MapIndexed(fun k entry ->
                        if rates[k] <= negligible then
                            0.0
                        else
                            entry * -(LogDomain.Expm1(-mass * rates[k] * duration)) / rates[k])

                for j in 0 .. d - 1 do
                    shifts[j] <- shifts[j] + abs (weights[i] * margin * answer[j])

        shifts

    /// How much the measured quantity moves when the data move by half an ulp: the parameters of all snapshots follow, margins
    /// and loss stay where the flow holds them. The sum over coordinates of the larger change in either direction.
    let dataError (case: Case) (measure: Snapshot list -> float) : Snapshot list -> float -> float =
        match case.Method.Model case.Data with
        | :? LinearModel as model ->
            let shiftOf = Case.oncePerSnapshot (dataShift model case)

            fun snapshots measured ->
                let shifts = List.map shiftOf snapshots

                let moved coordinate direction =
                    let disturb (snapshot: Snapshot) (shift: float array) =
                        let parameters = Seq.toArray snapshot.Parameters
                        parameters[coordinate] <- parameters[coordinate] + direction * shift[coordinate]
                        Case.withParametersOnly parameters snapshot

                    abs (measure (List.map2 disturb snapshots shifts) - measured)

                List.sum [ for j in 0 .. model.ParameterCount - 1 -> max (moved j 1.0) (moved j -1.0) ]
        | _ -> fun _ _ -> 0.0

    /// The budget of one reading: safety · |remainder|, safety · |transient|, what the engine's error estimate and the
    /// rounding of the data do to the measurement, and the rounding of the prediction itself.
    let create
        (remainder: float)
        (transient: float)
        (engine: float)
        (data: float)
        (largestTerm: float)
        : Budget =
        { Parts =
            [ "remainder", safety * abs remainder
              "transient", safety * abs transient
              "engine", engine
              "data", data
              "rounding", rounding largestTerm ] }
