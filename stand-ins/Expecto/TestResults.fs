/// <summary>Result files for other tools.</summary>
module Expecto.TestResults

open System
open System.IO
open System.Reflection
open System.Text
open System.Xml.Linq
open Expecto.Impl

/// XML 1.0 cannot say most control characters, not even escaped.
let private legal (text: string) =
    let legal = StringBuilder text.Length

    for rune in text.EnumerateRunes() do
        let value = rune.Value

        let allowed =
            value = 0x9
            || value = 0xA
            || value = 0xD
            || (value >= 0x20 && value <> 0xFFFE && value <> 0xFFFF)

        legal.Append(if allowed then rune.ToString() else "\uFFFD") |> ignore

    legal.ToString()

let private attribute name (value: 'a) =
    XAttribute(XName.Get name, legal (string value))

let private element name (content: obj list) =
    XElement(XName.Get name, List.toArray content)

let private text (value: string) = XText(legal value)

let private seconds (time: TimeSpan) = time.TotalSeconds.ToString "F3"

let private assemblyName () =
    match Assembly.GetEntryAssembly() with
    | null -> "expecto"
    | entry -> string (entry.GetName().Name)

/// The file appears complete or not at all.
let private save (file: string) (root: XElement) =
    let file = Path.GetFullPath file
    Directory.CreateDirectory(string (Path.GetDirectoryName file)) |> ignore
    let partial = file + ".partial"
    XDocument(root).Save partial
    File.Move(partial, file, overwrite = true)

let private nameOf (flat: FlatTest) = flat.fullName "."

/// <summary>Writes the outcome in the JUnit format.</summary>
let writeJUnitSummary (file: string) (summary: TestRunSummary) =
    let case (flat: FlatTest, { result = result; duration = duration }) =
        let outcome: obj list =
            match result with
            | Passed -> []
            | Ignored reason -> [ element "skipped" [ attribute "message" reason ] ]
            | Failed message -> [ element "failure" [ attribute "message" (message.Trim()) ] ]
            | Error e -> [ element "error" [ attribute "message" e.Message; text (string e) ] ]

        element "testcase" (attribute "name" (nameOf flat) :: attribute "time" (seconds duration) :: outcome)

    let suite =
        element
            "testsuite"
            [ attribute "name" (assemblyName ())
              attribute "tests" summary.results.Length
              attribute "failures" summary.failed.Length
              attribute "errors" summary.errored.Length
              attribute "skipped" summary.ignored.Length
              attribute "time" (seconds summary.duration)
              List.map case summary.results ]

    save file (element "testsuites" [ suite ])

/// <summary>Writes the outcome in the NUnit 2 format.</summary>
let writeNUnitSummary (file: string) (summary: TestRunSummary) =
    let message (value: string) = element "message" [ text value ]
    let isTrue (value: bool) = if value then "True" else "False"

    let case (flat: FlatTest, { result = result; duration = duration }) =
        let verdict, outcome =
            match result with
            | Passed -> "Success", []
            | Ignored reason -> "Ignored", [ element "reason" [ message reason ] ]
            | Failed failure -> "Failure", [ element "failure" [ message (failure.Trim()) ] ]
            | Error e ->
                "Failure",
                [ element
                      "failure"
                      [ message e.Message; element "stack-trace" [ text (string e.StackTrace) ] ] ]

        element
            "test-case"
            [ attribute "name" (nameOf flat)
              attribute "executed" (isTrue (not result.IsIgnored))
              attribute "result" verdict
              attribute "success" (isTrue result.IsPassed)
              attribute "time" (seconds duration)
              attribute "asserts" 0
              outcome ]

    let now = DateTime.Now

    let environment =
        element
            "environment"
            [ attribute "expecto-version" (typeof<Test>.Assembly.GetName().Version)
              attribute "clr-version" Environment.Version
              attribute "os-version" Environment.OSVersion.VersionString
              attribute "platform" Environment.OSVersion.Platform
              attribute "cwd" Environment.CurrentDirectory
              attribute "machine-name" Environment.MachineName
              attribute "user" Environment.UserName
              attribute "user-domain" Environment.UserDomainName ]

    let suite =
        element
            "test-suite"
            [ attribute "type" "Assembly"
              attribute "name" (assemblyName ())
              attribute "executed" "True"
              attribute "result" (if summary.successful then "Success" else "Failure")
              attribute "success" (isTrue summary.successful)
              attribute "time" (seconds summary.duration)
              attribute "asserts" 0
              element "results" [ List.map case summary.results ] ]

    element
        "test-results"
        [ attribute "date" (now.ToString "yyyy-MM-dd")
          attribute "time" (now.ToString "HH:mm:ss")
          attribute "name" (assemblyName ())
          attribute "total" summary.results.Length
          attribute "errors" summary.errored.Length
          attribute "failures" summary.failed.Length
          attribute "ignored" summary.ignored.Length
          attribute "not-run" summary.timedOut.Length
          attribute "inconclusive" 0
          attribute "skipped" 0
          attribute "invalid" 0
          environment
          element "culture-info" [ attribute "current-culture" ""; attribute "current-uiculture" "" ]
          suite ]
    |> save file
