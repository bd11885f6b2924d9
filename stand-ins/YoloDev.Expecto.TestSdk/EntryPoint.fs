module internal YoloDev.Expecto.TestSdk.EntryPoint

open System.Reflection

[<EntryPoint>]
let main arguments =
    TestingPlatformEntryPoint.run (Assembly.GetExecutingAssembly()) arguments
