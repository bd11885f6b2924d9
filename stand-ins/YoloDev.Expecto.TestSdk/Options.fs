namespace YoloDev.Expecto.TestSdk

open System
open System.Threading.Tasks
open Microsoft.Testing.Platform.CommandLine
open Microsoft.Testing.Platform.Extensions
open Microsoft.Testing.Platform.Extensions.CommandLine

/// <summary>What the adapter is called wherever the platform asks.</summary>
module internal Identity =
    [<Literal>]
    let Uid = "YoloDev.Expecto.TestSdk"

    [<Literal>]
    let Version = "0.1.0"

    [<Literal>]
    let DisplayName = "Expecto"

    [<Literal>]
    let Description = "Expecto tests under Microsoft.Testing.Platform"

/// <summary>The adapter's own options on the test program's command line.</summary>
module internal Options =
    [<Literal>]
    let Filter = "filter"

    [<Literal>]
    let Sequenced = "sequenced"

    [<Literal>]
    let Guard = "expecto-guard"

    /// Whether focused tests, unexplained skips and runs without a test are failures.
    let guarded (options: ICommandLineOptions) =
        match options.TryGetOptionArgumentList Guard with
        | true, NonNull values when values.Length = 1 -> values[0] = "on"
        | _ ->
            String.Equals(Environment.GetEnvironmentVariable "CI", "true", StringComparison.OrdinalIgnoreCase)

/// <summary>Tells the platform which options there are and checks their values.</summary>
type internal OptionsProvider() =
    interface ICommandLineOptionsProvider with
        member _.Uid = Identity.Uid + ".Options"
        member _.Version = Identity.Version
        member _.DisplayName = Identity.DisplayName
        member _.Description = Identity.Description
        member _.IsEnabledAsync() = Task.FromResult true

        member _.GetCommandLineOptions() =
            [| CommandLineOption(
                   Options.Filter,
                   "Run only tests that the expression selects, such as FullyQualifiedName~margin.",
                   ArgumentArity.ExactlyOne,
                   false
               )
               CommandLineOption(Options.Sequenced, "Run one test at a time.", ArgumentArity.Zero, false)
               CommandLineOption(
                   Options.Guard,
                   "'on' fails focused tests, tests skipped without a reason and runs that execute nothing. Default: 'on' where the environment has CI=true, else 'off'.",
                   ArgumentArity.ExactlyOne,
                   false
               ) |]

        member _.ValidateOptionArgumentsAsync(option, arguments) =
            match option.Name with
            | Options.Filter ->
                match FilterExpression.parse arguments[0] with
                | Ok _ -> ValidationResult.ValidTask
                | Error error -> ValidationResult.InvalidTask("--filter: " + error)
            | Options.Guard when arguments[0] <> "on" && arguments[0] <> "off" ->
                ValidationResult.InvalidTask "--expecto-guard takes 'on' or 'off'."
            | _ -> ValidationResult.ValidTask

        member _.ValidateCommandLineOptionsAsync _ = ValidationResult.ValidTask
