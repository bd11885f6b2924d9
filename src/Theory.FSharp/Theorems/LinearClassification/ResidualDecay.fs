/// # The residual approaches its limit like t^(-min(λ, θ-1))
///
/// Linearise dw/d log t = Σ Eₙ zₙ about w = ŵ log t + w̃: δ' = -Hδ with H = Σ αₙ zₙ zₙᵀ on the support, forced by the points
/// off it, whose weights die like t^(-(θₙ-1)). Whichever is slower, the smallest eigenvalue λ of H or the smallest slack
/// θ - 1, sets the exponent; the next mode corrects it, by t^(-separation) up to a factor log t where two exponents coincide.
module ImplicitBias.Theory.Theorems.ResidualDecay

open MathNet.Symbolics
open MathNet.Symbolics.Operators
open ImplicitBias.Numerics
open ImplicitBias.Theory
open ImplicitBias.Theory.Symbols
open ImplicitBias.Theory.Separable
open ImplicitBias.Theory.LinearClassification

let private amplitude, amplitude0, time = symbol "delta", symbol "A", symbol "t"

/// How much faster the next mode decays, and how many more have its exponent or nearly: each brings a factor log t.
let private separation, coincidences = symbol "separation", symbol "coincidences"

/// λ less the exponent of the weight.
let private gap = symbol "gap"

/// -d log δ/d log t of two modes, A t^(-λ) + t^(-λ-separation).
let private decayOfTwo =
    let slow, fast =
        amplitude0 * exp (-lambda * logT), exp (-(lambda + separation) * logT)

    (lambda * slow + (lambda + separation) * fast) / (slow + fast)

/// Every exponent that can occur, ascending: eigenvalues of H, slacks, the 1 of the 1/t corrections, and twice the first,
/// from the square of the slowest mode.
let private exponents (data: Dataset) =
    let geometry = geometry data
    let margins: float array = Array.zeroCreate data.SampleCount
    data.Margins.Predict(maxMarginVector data, margins)

    let slacks =
        margins
        |> Seq.indexed
        |> Seq.filter (fun (n, _) -> not (Array.contains n geometry.Solution.Active))
        |> Seq.map (fun (_, margin) -> margin - 1.0)

    let modes =
        Seq.concat [ Seq.ofArray geometry.Spectrum; slacks; Seq.singleton 1.0 ]
        |> Seq.sort
        |> List.ofSeq

    List.sort (2.0 * modes.Head :: modes)

let private first, second =
    (fun data -> (exponents data)[0]), (fun data -> (exponents data)[1])

/// dδ/d log t = Σ Eₙ zₙ - ŵ on the support, length d.
let private change (case: Case) (snapshot: Snapshot) =
    let velocity: float array = Array.zeroCreate case.Data.Dimension
    let parameters: float array = Seq.toArray snapshot.Parameters
    case.Data.Margins.Pullback(parameters, dynamicDuals case snapshot, velocity)
    (geometry case.Data).ProjectOnSupport(Measure.minus velocity (maxMarginVector case.Data))

/// -d log‖δ‖/d log t.
let private decay (case: Case) (snapshot: Snapshot) =
    let lag = lag case snapshot
    -(Measure.dot lag (change case snapshot)) / Measure.dot lag lag

/// Readings where the slowest mode stands out, e^{-separation · log t} from e^{-3} to e^{-8}, and where δ itself is still far
/// above rounding.
let private readAt (case: Case) =
    let last = min (8.0 / (second case.Data - first case.Data)) (16.0 / first case.Data)

    Case.readAt
        [ 0.1 * last; 0.2 * last; 0.3 * last; 0.4 * last ]
        [ 0.5 * last; 0.6 * last; 0.8 * last; last ]
        case

/// Modes as fast as the second but for g drive it by (1 - e^{-g log t})/g, which from the last auxiliary snapshot on grows like
/// log t at most, and by no more than 1/(1 - e⁻²) = 1.16 if g log t is 2 there already.
let private nearlySecond (case: Case) =
    let resolved = 2.0 / List.max case.Auxiliary

    List.tail (exponents case.Data)
    |> List.filter (fun exponent -> exponent - second case.Data < resolved)

let private slowBeatsOne =
    { Says = "λ or the smallest slack is below 1, and the next exponent is at least a tenth larger"
      // 1 occurs twice: an eigenvalue of H, that of ŵ, and the corrections.
      Holds = fun case -> second case.Data >= 1.1 * first case.Data }

let private separableOnly (case: Case) =
    separable.Holds case && slowBeatsOne.Holds case

/// Of two modes, δ = a + b, dδ/d log t + λδ = -separation b: the faster one is at most half of δ.
let private slowLeads =
    { Says = "at the last auxiliary snapshot all but the slowest mode is at most half of δ"
      Holds =
        fun case ->
            // A run that ended before says so in its own verdict.
            match Seq.tryItem (case.Auxiliary.Length - 1) case.Run.Value.Snapshots with
            | None -> true
            | Some last ->
                let slow, lag = first case.Data, lag case last
                let rest = Measure.minus (change case last) (Measure.scale -slow lag)
                Measure.norm rest <= (second case.Data - slow) / 2.0 * Measure.norm lag }

let theorem: Theorem =
    { Id = "residual-decay"
      Title = "‖P_S (w(t) - ŵ log t) - w̃‖ decays like t^(-min(λ, θ-1))"
      Source = Soudry.paper "derived here, by linearisation about the limit"
      Hypotheses = [ separable; positiveDuals; slowBeatsOne; weightsNearLimit; slowLeads ]
      Prediction =
        { Prediction.asymptotic "-d log‖P_S (w(t) - ŵ log t) - w̃‖/d log t" rate with
            Transient = logT ** coincidences * exp (-separation * logT) }
      Constants =
        fun case ->
            (separation, second case.Data - first case.Data)
            :: (coincidences, float ((nearlySecond case).Length - 1))
            :: constants case
      Derivation =
        [ SolvesOde(
              "on the support δ' = -λδ in log t",
              logT,
              [ amplitude, amplitude0 * exp (-lambda * logT), -lambda * amplitude ]
          )
          Assuming(
              "gap<>0",
              SolvesOde(
                  "forced by a point off it, whose weight dies like t^(-(θ-1)), δ follows with the same exponent, if it is not λ",
                  logT,
                  [ amplitude,
                    amplitude0 * exp ((gap - lambda) * logT) / gap,
                    -lambda * amplitude + amplitude0 * exp ((gap - lambda) * logT) ]
              )
          )
          SolvesOde(
              "in t, t dδ/dt = -λδ",
              time,
              [ amplitude, amplitude0 * time ** (-lambda), -lambda * amplitude / time ]
          )
          Expansion(
              "of two modes the slower one is left: the faster corrects the exponent by t^(-separation)",
              logT,
              infinity,
              decayOfTwo,
              lambda,
              exp (-separation * logT)
          ) ]
      Measure = fun case -> Measure.at (decay case)
      Rivals =
        [ Rival.create "rate one" "1/t, the rate of the loss" 1Q
          Rival.create "squared mode" "2λ: the rate at which the slowest mode enters the loss" (2Q * rate)
          Rival.create "half" "t^(-λ/2), as for the square of the distance" (rate / 2Q)
          Rival.create "margin" "γ² in place of the eigenvalue" (gamma ** 2Q) ]
      Controls =
        [ { Breaks = "the loss has an exponential tail"
            Case =
              Case.readAt [ 5.0; 10.0 ] [ 15.0; 20.0; 30.0 ] (case fivePoints [ 0.0; 0.0 ] flowPolynomial)
            PredictedAs = case fivePoints [ 0.0; 0.0 ] flowExponential
            Instead = "w grows like a power of t, so the residual does too" } ]
      Cases = cases |> List.filter separableOnly |> List.map readAt
      OnData =
        onData methods
        >> List.map (fun case -> if separableOnly case then readAt case else case) }
