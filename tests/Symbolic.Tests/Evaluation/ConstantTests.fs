module ImplicitBias.Tests.ConstantTests

open System.Numerics
open Expecto
open MathNet.Numerics
open ImplicitBias.Theory.Symbolic
open ImplicitBias.Tests.Reading
open ImplicitBias.Tests.Questions

// Sixty-two digits by mpmath 1.3 at 80 digits, an independent implementation.
let private values =
    [ Function.Exp, "1/3", "1.3956124250860895286281253196025868375979065151994069826175167"
      Function.Exp, "10", "22026.465794806716516957900645284244366353512618556781074235426"
      Function.Ln, "2", "0.69314718055994530941723212145817656807550013436025525412068001"
      Function.Ln, "1/3", "-1.0986122886681096913952452369225257046474905578227494517346943"
      Function.Sin, "1", "0.84147098480789650665250232163029899962256306079837106567275171"
      Function.Sin, "1000", "0.82687954053200256025588742910921814121272496784778832090812328"
      Function.Cos, "1", "0.54030230586813971740093660744297660373231042061792222767009726"
      Function.Cos, "22/7", "-0.99999920053355290326833573965657495157582882066109649067554348"
      Function.Tan, "3/2", "14.101419947171719387646083651987756445659543577235861866123268"
      Function.Asin, "1/3", "0.33983690945412193709639251339176406638824469033245807143192396"
      Function.Asin, "-1/7", "-0.14334756890536535759507428015661832609893921313346432844688886"
      Function.Acos, "1/3", "1.2309594173407746821349291782479873757103400093550948390555483"
      Function.Atan, "1/2", "0.46364760900080611621425623146121440202853705428612026381093309"
      Function.Atan, "1000000", "1.5707953267948966195646550249728847754319181758780291008525517"
      Function.Sinh, "3", "10.017874927409901898974593619465828060178104123182863464405653"
      Function.Cosh, "1/2", "1.1276259652063807852262251614026720125478471180986674836289857"
      Function.Tanh, "1/2", "0.46211715726000975850231848364367254873028928033011303855273182"
      Function.Tanh, "50", "0.99999999999999999999999999999999999999999992559848047958328074"
      Function.Asinh,
      "1/100000000000000000000",
      "9.9999999999999999999999999999999999999998333333333333333333333e-21"
      Function.Asinh, "2", "1.4436354751788103424932767402731052694055530031569815589830545"
      Function.Acosh, "3/2", "0.96242365011920689499551782684873684627036866877132103932203634"
      Function.Atanh, "1/2", "0.54930614433405484569762261846126285232374527891137472586734717"
      Function.Erf, "1/2", "0.52049987781304653768274665389196452873645157575796370005880573"
      Function.Erf, "5", "0.99999999999846254020557196514981165651461662110988194968527662"
      Function.Erfcx, "1", "0.42758357615580700441075034449051518082015950316425266374553977"
      Function.Erfcx, "30", "0.01879588886141675149712532904940620914998864955017621857301583"
      Function.Erfcx, "-1/2", "1.952360489182557093276047713441130979890255339297294572744188"
      Function.Gamma, "1/3", "2.6789385347077476336556929409746776441286893779573011009504283"
      Function.Gamma, "-1/2", "-3.5449077018110320545963349666822903655950989122447742564276156"
      Function.LogGamma, "1/3", "0.98542064692776706918717403697796139173555649638588585423475701"
      Function.LogGamma, "1000", "5905.2204232091812118260769123614407898489424097154325900233875"
      Function.Binet, "1", "0.08106146679532725821967026359438236013860252636221658718284846"
      Function.Binet, "20", "0.0041663196919969224574629233822183161363280849740192191176641949"
      Function.Digamma, "1", "-0.57721566490153286060651209008240243104215933593992359880576723"
      Function.Digamma, "1/3", "-3.1320337800208063229964190742872688541554282967204180641927512"
      Function.Digamma, "-1/2", "0.036489973978576520559023667001244432806840395339565892952872746"
      Function.Polygamma 1, "1/3", "10.095597125427094081792004099892516360518904119280978141941683"
      Function.Polygamma 2, "10/3", "-0.12093799706924603642077053207449378774308275430964554765311889"
      Function.Digamma, "5/2", "0.70315664064524318722569033366791109947350706200623255961953941"
      Function.Polygamma 1, "1/2", "4.9348022005446793094172454999380755676568497036203953132066747"
      Function.Polygamma 2, "3", "-0.15411380631918857079947632302289998152997258468099776358454311"
      Function.Polygamma 2, "5/2", "-0.23620405164172740300374166856770727811721550017439175249920918"
      Function.Polygamma 3, "3/2", "1.4090910340024372364403326887051112497275856726854216914678594"
      Function.LambertW, "1", "0.56714329040978387299996866221035554975381578718651250813513108"
      Function.LambertW, "-3/10", "-0.48940222718021496903623125199629336892341000601635903451146597"
      Function.LambertW, "1000000", "11.383358086140052622000156781585004289033774706018865121432386" ]

/// The text is right to one unit in its 61st digit.
let private rounding (text: string) =
    BigRational.Abs(exactly text) * exactly "1e-60"

let private agrees (text: string) (ball: Ball) =
    let value, slack = exactly text, rounding text

    let ends (edge: BigFloat) =
        BigRational.FromBigInt edge.Mantissa
        * BigRational.Pow(BigRational.FromInt 2, int edge.Exponent)

    ends (Ball.lower ball) - slack <= value
    && value <= ends (Ball.upper ball) + slack

[<Tests>]
let tests =
    testList
        "evaluation"
        [ for f, argument, value in values do
              let term = Term.apply f (Term.number (exactly argument))

              testCase $"{f} at {argument}" (fun () ->
                  for precision in [ 53; 120; 220 ] do
                      let ball = Expect.wantOk (Enclosure.evaluate precision Map.empty term) "value"
                      Expect.isTrue (agrees value ball) $"{value} at {precision} digits"

                      Expect.isGreaterThan
                          (Ball.digits ball)
                          (BigInteger(precision - 12))
                          $"accuracy at {precision} digits")

          // Gauss's theorem on ψ (1813), and Euler's values of ζ at even numbers.
          for text, closed in
              [ "digamma(5/2)", "8/3 - 2*log(2) + digamma(1)"
                "polygamma(1, 1)", "pi^2/6"
                "polygamma(1, 3)", "pi^2/6 - 5/4"
                "polygamma(3, 1/2)", "pi^4"
                "polygamma(2, 1/2)", "7*polygamma(2, 1)" ] do
              testCase $"{text} is {closed}" (fun () -> Expect.equal (term text) (term closed) "closed form")

          for name, term, value in
              [ "pi", Term.pi, "3.1415926535897932384626433832795028841971693993751058209749446"
                "e", Term.e, "2.7182818284590452353602874713526624977572470936999595749669676" ] do
              testCase name (fun () ->
                  let ball = Expect.wantOk (Enclosure.evaluate 220 Map.empty term) "value"
                  Expect.isTrue (agrees value ball) value)

          testProperty "a function of a ball contains the function of every point in it"
          <| fun (numerator: int) (share: byte) (which: int) ->
              let functions =
                  [ Function.Exp
                    Function.Sin
                    Function.Cos
                    Function.Tanh
                    Function.Asinh
                    Function.Atan
                    Function.Erf
                    Function.Cosh
                    Function.Sinh ]

              let f = functions[abs which % functions.Length]
              let centre = BigRational.FromIntFraction(numerator % 4000, 512)
              let width = BigRational.FromIntFraction(1, 32)
              let point = centre + width * BigRational.FromIntFraction(int share - 128, 128)

              let at (ball: Ball) =
                  Enclosure.evaluate 60 (Map.ofList [ "x", ball ]) (Term.apply f x)

              let wide =
                  at (Ball.ofRational 60 centre |> Ball.widen (BigFloat.powerOfTwo (BigInteger -5)))

              let narrow = at (Ball.ofRational 60 point)
              let wide, narrow = Expect.wantOk wide "wide", Expect.wantOk narrow "narrow"

              Expect.isTrue
                  (Ball.lower wide <= Ball.lower narrow || Ball.contains (Ball.lower narrow) wide)
                  "below"

              Expect.isTrue (Ball.contains narrow.Midpoint (Ball.widen narrow.Radius wide)) "midpoint"

          testCase "numbers beyond every double have a sign and a logarithm"
          <| fun () ->
              let log term =
                  Expect.wantOk (Enclosure.logarithm 128 Map.empty term) "log"
                  |> fun form -> form.Sign, Ball.toFloat form.Log

              let large = Term.exp (Term.exp (n 100))
              Expect.equal (log (Term.exp (n -1000000))) (1, -1e6) "exp(-10^6)"
              Expect.equal (snd (log (n 1 / (n 1 + Term.exp (n 800))))) -800.0 "1/(1 + exp 800)"
              Expect.equal (fst (log (-(Term.exp large)))) -1 "-exp(exp(exp 100))"
              Expect.equal (Enclosure.sign 256 Map.empty (Term.exp large - large)) (Some 1) "exp X - X"

              Expect.equal
                  (Enclosure.sign 256 Map.empty (Term.exp -large - Term.exp (n -2 * large)))
                  (Some 1)
                  "both tiny"

          testCase "arguments are reduced exactly however large they are"
          <| fun () ->
              // exp(10^51) = (e^(10^51 mod log 2)) 2^k: the digits of the remainder need as many of log 2 as 10^51 has.
              for exponent in [ 20; 51; 150 ] do
                  let large = Term.number (exactly $"1e{exponent}")

                  let log =
                      Expect.wantOk
                          (Enclosure.evaluate 800 Map.empty (Term.ln (Term.exp large + n 1) - large))
                          "log"

                  Expect.isTrue (Ball.containsZero log) "log exp"
                  let unit = sin large ** n 2 + cos large ** n 2
                  let one = Expect.wantOk (Enclosure.evaluate 800 Map.empty unit) "unit"
                  Expect.isTrue (contains (exactly "1") one) "cos² + sin²"
                  Expect.isGreaterThan (Ball.digits one) (BigInteger 100) "digits"

          testCase "what has no value is an error that says why"
          <| fun () ->
              for term, reason in
                  [ n 1 / sin (n 0 * x + Term.pi * x), "the symbol x"
                    Term.ln (n 1 - Term.sqrt (n 2)), "logarithm"
                    Term.sqrt (n 1 - Term.pi), "negative"
                    asin Term.pi, "arcsine" ] do
                  match Enclosure.evaluate 64 Map.empty term with
                  | Ok _ -> failtest "has no value"
                  | Error message -> Expect.stringContains message reason "reason" ]
