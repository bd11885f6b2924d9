/// implicit-bias solve min-bregman: which solution of an under-determined system mirror descent chooses.
module ImplicitBias.Commands.SolveMinBregman

open System
open System.CommandLine
open System.Globalization
open ImplicitBias.Commands.Interpolant
open ImplicitBias.Numerics
open ImplicitBias.Numerics.Reference

let private potentials =
    "euclidean|mahalanobis:FILE|p:P|entropy|simplex|hypentropy:ALPHA|burg|spectral"

/// The potential that a word means, and the start that is used when none is given.
let private potential (text: string) (features: string seq) : IPotential * float array =
    let dimension = Seq.length features
    let origin: float array = Array.zeroCreate dimension
    let ones = Array.create dimension 1.0

    let positive (what: string) (number: string) =
        match Double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when value > 0.0 && Double.IsFinite value -> value
        | _ -> raise (UsageException $"--potential is '{text}': {what} is a positive number.")

    match text.Split(':', 2) with
    | [| "euclidean" |] -> Euclidean(), origin
    | [| "mahalanobis"; path |] ->
        try
            Mahalanobis(NumberFile.matrix "--potential" path features), origin
        with :? ArgumentException as error ->
            raise (UsageException $"--potential: '{path}': {error.Message}")
    | [| "p"; number |] ->
        let exponent = positive "P" number

        if exponent <= 1.0 then
            raise (UsageException $"--potential is '{text}': P is above 1; 'solve min-l1' solves P = 1.")

        PNorm exponent, origin
    | [| "entropy" |] -> NegativeEntropy(), ones
    | [| "simplex" |] -> SimplexEntropy(), Array.create dimension (1.0 / float dimension)
    | [| "hypentropy"; number |] ->
        let scale = positive "ALPHA" number

        if not (Double.IsNormal(2.0 * scale * scale)) then
            raise (UsageException $"--potential is '{text}': 2 ALPHA^2 is out of the range of a double.")

        Hypentropy.OfNetwork scale, origin
    | [| "burg" |] -> Burg(), ones
    | [| "spectral" |] ->
        let size = int (Math.Round(Math.Sqrt(float dimension)))

        if size * size <> dimension then
            raise (
                UsageException
                    $"--potential is 'spectral': the features are the entries of a square matrix, and {dimension} is no square."
            )

        SpectralEntropy(), Array.init dimension (fun k -> if k % (size + 1) = 0 then 1.0 else 0.0)
    | _ -> raise (UsageException $"--potential is '{text}'; it takes {potentials}.")

/// Measurements of a symmetric matrix are symmetric: otherwise half of each pair of entries would be a convention.
let private requireSymmetric (system: Dataset) =
    let inputs = system.Inputs()
    let size = int (Math.Round(Math.Sqrt(float system.Dimension)))

    for row in 0 .. system.SampleCount - 1 do
        for i in 0 .. size - 1 do
            for j in 0 .. i - 1 do
                if inputs[row, i * size + j] <> inputs[row, j * size + i] then
                    raise (
                        UsageException
                            $"--potential is 'spectral': row {row} of the data is no symmetric matrix; '{system.Features[i * size + j]}' and '{system.Features[j * size + i]}' differ."
                    )

let private teaching =
    """Examples:
  implicit-bias solve min-bregman --data rows.csv --target y --potential entropy --start 0.2,0.1,0.5
  implicit-bias solve min-bregman --data rows.csv --target y --potential hypentropy:0.001 --json
  implicit-bias solve min-bregman --data rows.csv --target y --potential mahalanobis:matrix.csv --start start.csv

Solved is: minimise D(w, start) subject to w.x = y for every row, D the Bregman divergence of the potential psi. It is where
mirror flow and mirror descent with psi go from this start, for any loss that vanishes at w.x = y.
  euclidean          |w|^2/2
  mahalanobis:FILE   w.A w/2, A from FILE: d lines of d numbers, symmetric and positive definite
  p:P                sum |w|^P/P, P above 1
  entropy            sum w log w - w, w positive, or zero where it has to be
  simplex            sum w log w, the same with sum 1
  hypentropy:ALPHA   sum w asinh(w/b) - sqrt(w^2 + b^2) + b with b = 2 ALPHA^2: the penalty of the network u^2 - v^2
                     started at u = v = ALPHA
  burg               -sum log w, w positive
  spectral           tr(W log W - W), W symmetric and positive definite: the features are its entries, row by row, and
                     every row of the data is a symmetric matrix
--start is a list of numbers or a file that holds them. Default: where psi is smallest, that is 0, or 1 for entropy, or 1/d
on the simplex, or the identity matrix; for burg 1, 1, ...

JSON: {"status", "weights", "objective", "dual", "kktResidual", "dualityGap", "features", "rows", "potential", "start",
"certificate", "reason"}.
  status       "solved", "inconsistent", "outside-domain" or "undecided"; keys without a value are null
  objective    D(w, start)
  dual         one number a row: grad psi(w) - grad psi(start) is the sum of dual x (on the simplex, up to a constant)
  certificate  exact multipliers of the rows, as fractions: if inconsistent the combined row reads 0 = 1; if outside-domain
               it has no positive coefficient and no negative target. If solved on the boundary the combined row has target
               zero and a negative coefficient for every weight that is zero in all solutions. On the simplex the last one
               belongs to sum w = 1.

Exit code: 0 solved; 1 no solution, or undecided; 2 bad usage or bad data, such as a start outside the domain."""

/// The command.
let command: Command =
    let command =
        TeachingCommand(
            "min-bregman",
            "The interpolant nearest to a start in the Bregman divergence of a potential.",
            teaching
        )

    let data = dataOptions ()

    let chosen =
        Option<string>(
            "--potential",
            Description = "The potential whose Bregman divergence is minimised.",
            HelpName = potentials,
            Required = true
        )

    let start =
        Option<string>(
            "--start",
            Description = "The start, one number for every feature. Default: the potential's own.",
            HelpName = "FILE|V1,V2,..."
        )

    data.AddTo command
    command.Add chosen
    command.Add start

    Session.act command (fun session ->
        let sample = Solving.read data session
        let system = sample.Dataset

        let potential, usual =
            potential (session.Parsed.GetRequiredValue chosen) system.Features

        let start =
            match session.Parsed.GetValue start with
            | null -> usual
            | text -> NumberFile.vector "--start" text system.Features

        if not (potential.Contains start) then
            let domain =
                match potential.Domain with
                | PotentialDomain.Simplex -> "every number is positive, with sum 1"
                | PotentialDomain.PositiveDefinite -> "a symmetric positive definite matrix, row by row"
                | _ -> "every number is positive"

            raise (
                UsageException
                    $"--start is not inside the domain of the {potential.Name} potential: {domain}."
            )

        if potential.Domain = PotentialDomain.PositiveDefinite then
            requireSymmetric system

        Solving.solve session sample (fun () ->
            BregmanProjection.Solve(system.ExactInputs(), system.ExactTargets(), potential, start))
        |> ofProjection [ "potential", Text potential.Name; "start", Json.numbers start ]
        |> finish session sample $"The interpolant nearest to the start, {potential.Name} potential" [])

    command
