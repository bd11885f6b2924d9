/// Findings as JUnit XML, the format that build servers read: a suite per theorem, a test per case.
module ImplicitBias.Commands.JUnit

open System.IO
open System.Xml
open System.Xml.Linq
open ImplicitBias.Theory

let private attribute (name: string) (value: string) =
    // Names of data come from files, and XML has no way to write most control characters.
    let legal =
        String.map
            (fun c ->
                if XmlConvert.IsXmlChar c || System.Char.IsSurrogate c then
                    c
                else
                    '?')
            value

    XAttribute(XName.Get name, legal)

let private element (name: string) (content: obj seq) =
    XElement(XName.Get name, Seq.toArray content)

let private seconds (value: float) =
    value.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)

let private failure (finding: Finding) =
    let name = FindingJson.verdictName finding.Verdict

    let message =
        match finding.Control, FindingJson.reason finding.Verdict with
        | Some control, None -> $"Confirmed, though '{control.Breaks}' is broken and the theory refutes it"
        | _, Some reason -> $"{name}: {reason}"
        | None, None -> name

    element "failure" [ attribute "type" name; attribute "message" message ]

let private testCase (finding: Finding) =
    let name =
        match finding.Control with
        | None -> $"{finding.Case.Instance}, {finding.Case.Method.Name}"
        | Some control -> $"control '{control.Breaks}': {finding.Case.Instance}, {finding.Case.Method.Name}"

    element
        "testcase"
        [ attribute "classname" finding.Theorem.Id
          attribute "name" name
          attribute "time" (seconds finding.Seconds)
          if not finding.AsPredicted then
              failure finding ]

let private brokenCase (id: string, reason: string) =
    element
        "testcase"
        [ attribute "classname" id
          attribute "name" "the theorem can be built"
          attribute "time" (seconds 0.0)
          element "error" [ attribute "type" "Undecided"; attribute "message" reason ] ]

let private counts tests failures errors time =
    [ attribute "tests" (string<int> tests)
      attribute "failures" (string<int> failures)
      attribute "errors" (string<int> errors)
      attribute "skipped" "0"
      attribute "time" (seconds time) ]

let private failures findings =
    findings
    |> List.filter (fun (finding: Finding) -> not finding.AsPredicted)
    |> List.length

let private time findings =
    findings |> List.sumBy (fun (finding: Finding) -> finding.Seconds)

/// Writes the report; `broken` are the theorems that could not be built, with the reason.
let write (findings: Finding list) (broken: (string * string) list) (stream: Stream) : unit =
    let suites: obj list =
        [ for id, ofTheorem in findings |> List.groupBy _.Theorem.Id do
              element
                  "testsuite"
                  [ attribute "name" id
                    yield! counts ofTheorem.Length (failures ofTheorem) 0 (time ofTheorem) |> Seq.cast<obj>
                    yield! ofTheorem |> Seq.map testCase |> Seq.cast<obj> ]
          for id, reason in broken do
              element
                  "testsuite"
                  [ attribute "name" id
                    yield! counts 1 0 1 0.0 |> Seq.cast<obj>
                    brokenCase (id, reason) ] ]

    let all =
        counts (findings.Length + broken.Length) (failures findings) broken.Length (time findings)

    let root =
        element "testsuites" [ attribute "name" "implicit-bias"; yield! Seq.cast<obj> all; yield! suites ]

    XDocument(root).Save stream
