namespace ImplicitBias.Theory

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

    /// How much the measured quantity moves when the parameters of each snapshot move by their error estimate and by the
    /// rounding of a scalar product of their length d, (d + 2) 2⁻⁵³ relative to each (Higham, Accuracy and Stability of
    /// Numerical Algorithms, section 3.1): the sum over snapshots and coordinates of the larger change in either direction.
    let engineError
        (case: Case)
        (measure: Snapshot list -> float)
        (snapshots: Snapshot list)
        (measured: float)
        : float =
        let moved index coordinate shift =
            let disturb k (snapshot: Snapshot) =
                if k <> index then
                    snapshot
                else
                    let parameters = Seq.toArray snapshot.Parameters
                    parameters[coordinate] <- parameters[coordinate] + shift
                    Case.withParameters case parameters snapshot

            abs (measure (List.mapi disturb snapshots) - measured)

        snapshots
        |> List.mapi (fun index snapshot ->
            let dimension = snapshot.Parameters.Length

            [ for coordinate in 0 .. dimension - 1 ->
                  let rounding =
                      float (dimension + 2) * unit / 2.0 * abs snapshot.Parameters[coordinate]

                  let shift = snapshot.ErrorEstimate + rounding
                  max (moved index coordinate shift) (moved index coordinate -shift) ]
            |> List.sum)
        |> List.sum

    /// The budget of one reading: safety · |remainder|, safety · |transient|, what the engine's error estimate does to the
    /// measurement, and the rounding of the prediction itself.
    let create (remainder: float) (transient: float) (engine: float) (largestTerm: float) : Budget =
        { Parts =
            [ "remainder", safety * abs remainder
              "transient", safety * abs transient
              "engine", engine
              "rounding", evaluationUnits * unit * largestTerm ] }
