/// <summary>Where the entry point of a test program ends up.</summary>
module YoloDev.Expecto.TestSdk.TestingPlatformEntryPoint

open System.Reflection
open Microsoft.Testing.Platform.Builder
open Microsoft.Testing.Platform.Capabilities.TestFramework
open Microsoft.Testing.Platform.Extensions.CommandLine
open Microsoft.Testing.Platform.Extensions.TestFramework
open Microsoft.Testing.Platform.Services

/// <summary>Lets the platform run the marked tests of an assembly as the command line says.</summary>
/// <returns>The platform's exit code: 0 when all is well, 2 when a test failed, 8 when there was none.</returns>
let run (tests: Assembly) (arguments: string[]) =
    task {
        let! builder = TestApplication.CreateBuilderAsync arguments
        builder.CommandLine.AddProvider(fun () -> OptionsProvider() :> ICommandLineOptionsProvider)

        builder.RegisterTestFramework(
            (fun _ -> ExpectoCapabilities() :> ITestFrameworkCapabilities),
            (fun _ services -> ExpectoFramework(tests, services.GetCommandLineOptions()) :> ITestFramework)
        )
        |> ignore

        use! application = builder.BuildAsync()
        return! application.RunAsync()
    }
    |> _.GetAwaiter().GetResult()
