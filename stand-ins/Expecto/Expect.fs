/// <summary>Expectations. Each raises <c>AssertException</c>, opening with the caller's message, when it does not
/// hold. Comparisons with NaN never hold.</summary>
// Stack traces open with the test that failed, not with the expectation.
[<RequireQualifiedAccess; System.Diagnostics.StackTraceHidden>]
module Expecto.Expect

open System
open System.Text.RegularExpressions

let private fail (message: string) (explanation: string) =
    let separator = if explanation.StartsWith '\n' then "." else ". "
    raise (AssertException(message + separator + explanation))

let private check holds message (explain: unit -> string) =
    if not holds then
        fail message (explain ())

let private raised (f: unit -> unit) =
    try
        f ()
        None
    with e ->
        Some e

/// <summary>f raises.</summary>
let throws f message =
    check (raised f).IsSome message (fun () -> "Expected f to throw.")

/// <summary>f raises an exception of exactly this type.</summary>
let throwsT<'texn when 'texn :> exn> f message =
    match raised f with
    | None -> fail message "Expected f to throw."
    | Some e ->
        check (e.GetType() = typeof<'texn>) message (fun () ->
            sprintf
                "Expected f to throw an exn of type %s, but one of type %s was thrown."
                typeof<'texn>.FullName
                (e.GetType().FullName))

/// <summary>f raises; the exception goes to the continuation.</summary>
let throwsC f (cont: exn -> 'a) =
    match raised f with
    | None -> raise (AssertException "Expected f to throw.")
    | Some e -> cont e

/// <summary>The asynchronous f raises.</summary>
let throwsAsync (f: unit -> Async<unit>) message =
    async {
        let! outcome = Async.Catch(async.Delay f)
        check (outcome.IsChoice2Of2) message (fun () -> "Expected f to throw.")
    }

/// <summary>The value inside, or a failure.</summary>
let wantSome option message =
    match option with
    | Some value -> value
    | None -> fail message "Expected Some _, was None."

/// <summary>The option is Some.</summary>
let isSome option message = wantSome option message |> ignore

/// <summary>The option is None.</summary>
let isNone option message =
    check (Option.isNone option) message (fun () -> sprintf "Expected None, was %A." option)

/// <summary>The value inside Ok, or a failure.</summary>
let wantOk (result: Result<'a, 'b>) message =
    match result with
    | Ok value -> value
    | Error error -> fail message (sprintf "Expected Ok, was Error(%A)." error)

/// <summary>The result is Ok.</summary>
let isOk (result: Result<'a, 'b>) message = wantOk result message |> ignore

/// <summary>The value inside Error, or a failure.</summary>
let wantError (result: Result<'a, 'b>) message =
    match result with
    | Error error -> error
    | Ok value -> fail message (sprintf "Expected Error, was Ok(%A)." value)

/// <summary>The result is Error.</summary>
let isError (result: Result<'a, 'b>) message = wantError result message |> ignore

/// <summary>The value is null.</summary>
let isNull (value: 'a when 'a: null) message =
    check (isNull value) message (fun () -> sprintf "Expected null, but was %A." value)

/// <summary>The value is not null.</summary>
let isNotNull (value: 'a when 'a: null) message =
    check (not (Object.ReferenceEquals(value, null))) message (fun () -> "Expected a value, but was null.")

/// <summary>actual = expected, by structure.</summary>
let equal (actual: 'a) (expected: 'a) message =
    check (actual = expected) message (fun () -> Difference.explain (box actual) (box expected))

/// <summary>actual differs from expected, by structure.</summary>
let notEqual (actual: 'a) (expected: 'a) message =
    check (actual <> expected) message (fun () ->
        sprintf "Actual value was equal to %A but had expected them to be non-equal." actual)

/// <summary>The value is true.</summary>
let isTrue actual message =
    check actual message (fun () -> "Actual value was false but had expected it to be true.")

/// <summary>The value is false.</summary>
let isFalse actual message =
    check (not actual) message (fun () -> "Actual value was true but had expected it to be false.")

let private ordered holds (words: string) (a: 'a) (b: 'a) message =
    check holds message (fun () -> sprintf "Expected a (%A) to be %s b (%A)." a words b)

/// <summary>a &lt; b.</summary>
let isLessThan a b message = ordered (a < b) "less than" a b message

/// <summary>a &lt;= b.</summary>
let isLessThanOrEqual a b message =
    ordered (a <= b) "less than or equal to" a b message

/// <summary>a &gt; b.</summary>
let isGreaterThan a b message =
    ordered (a > b) "greater than" a b message

/// <summary>a &gt;= b.</summary>
let isGreaterThanOrEqual a b message =
    ordered (a >= b) "greater than or equal to" a b message

/// <summary>The number is NaN.</summary>
let isNaN (number: float) message =
    check (Double.IsNaN number) message (fun () -> sprintf "Expected NaN, but was %s." (string number))

/// <summary>The number is not NaN.</summary>
let isNotNaN (number: float) message =
    check (not (Double.IsNaN number)) message (fun () -> "Float was the NaN (not a number) value.")

/// <summary>The number is one of the two infinities.</summary>
let isInfinity (number: float) message =
    check (Double.IsInfinity number) message (fun () ->
        sprintf "Expected an infinity, but was %s." (string number))

/// <summary>The number is +infinity.</summary>
let isPositiveInfinity (number: float) message =
    check (Double.IsPositiveInfinity number) message (fun () ->
        sprintf "Expected +infinity, but was %s." (string number))

/// <summary>The number is -infinity.</summary>
let isNegativeInfinity (number: float) message =
    check (Double.IsNegativeInfinity number) message (fun () ->
        sprintf "Expected -infinity, but was %s." (string number))

/// <summary>The number is neither infinity. NaN passes: ask <c>isNotNaN</c> too.</summary>
let isNotInfinity (number: float) message =
    check (not (Double.IsInfinity number)) message (fun () ->
        sprintf "Expected no infinity, but was %s." (string number))

/// <summary>The number is not +infinity.</summary>
let isNotPositiveInfinity (number: float) message =
    check (not (Double.IsPositiveInfinity number)) message (fun () -> "Float was positive infinity.")

/// <summary>The number is not -infinity.</summary>
let isNotNegativeInfinity (number: float) message =
    check (not (Double.IsNegativeInfinity number)) message (fun () -> "Float was negative infinity.")

let private close (words: string) accuracy (actual: float<'u>) (expected: float<'u>) holds message =
    check holds message (fun () ->
        sprintf
            "Expected actual %s expected within %s (absolute %s, relative %s), but the difference was %s. actual=%s expected=%s"
            words
            (string (Accuracy.areCloseRhs accuracy actual expected))
            (string accuracy.absolute)
            (string accuracy.relative)
            (string (Accuracy.areCloseLhs actual expected))
            (string actual)
            (string expected))

/// <summary>Both are finite and |actual - expected| &lt;= absolute + relative * max(|actual|, |expected|).</summary>
let floatClose accuracy (actual: float<'u>) (expected: float<'u>) message =
    isNotInfinity (float actual) (message + " (actual)")
    isNotInfinity (float expected) (message + " (expected)")
    close "to equal" accuracy actual expected (Accuracy.areClose accuracy actual expected) message

/// <summary>actual &lt;= expected, or close to it.</summary>
let floatLessThanOrClose accuracy (actual: float<'u>) (expected: float<'u>) message =
    close
        "to be at most"
        accuracy
        actual
        expected
        (actual <= expected || Accuracy.areClose accuracy actual expected)
        message

/// <summary>actual &gt;= expected, or close to it.</summary>
let floatGreaterThanOrClose accuracy (actual: float<'u>) (expected: float<'u>) message =
    close
        "to be at least"
        accuracy
        actual
        expected
        (actual >= expected || Accuracy.areClose accuracy actual expected)
        message

/// <summary>The sequence has no element.</summary>
let isEmpty (actual: 'a seq) message =
    check (Seq.isEmpty actual) message (fun () -> "Should be empty.")

/// <summary>The sequence has an element.</summary>
let isNonEmpty (actual: 'a seq) message =
    check (not (Seq.isEmpty actual)) message (fun () -> "Should not be empty.")

/// <summary>The sequence has this many elements.</summary>
let hasLength (actual: 'a seq) expected message =
    let length = Seq.length actual

    check (length = expected) message (fun () ->
        sprintf "Expected list to have length %d, but length was %d. Seq:\n%A" expected length actual)

/// <summary>This many elements satisfy the selector.</summary>
let hasCountOf (actual: 'a seq) (expected: uint32) selector message =
    let count = actual |> Seq.filter selector |> Seq.length |> uint32
    check (count = expected) message (fun () -> sprintf "Should be of count: %d, but was: %d" expected count)

/// <summary>The sequence contains the element.</summary>
let contains (sequence: 'a seq) element message =
    check (Seq.contains element sequence) message (fun () -> sprintf "Sequence did not contain %A." element)

/// <summary>The sequence contains each of the expected elements, in any order.</summary>
let containsAll (actual: 'a seq) (expected: 'a seq) message =
    let missing =
        expected
        |> Seq.filter (fun item -> not (Seq.contains item actual))
        |> List.ofSeq

    check missing.IsEmpty message (fun () ->
        sprintf
            "Sequence does not contain all expected elements.\n missing: %A\n  actual: %A"
            missing
            (List.ofSeq actual))

let private violations holds (actual: 'a seq) =
    actual |> Seq.indexed |> Seq.filter (snd >> holds >> not) |> List.ofSeq

/// <summary>Every element satisfies the asserter; so the empty sequence passes.</summary>
let all (actual: 'a seq) asserter message =
    let violations = violations asserter actual

    check violations.IsEmpty message (fun () ->
        sprintf "Some elements don't satisfy `asserter`. (index, element): %A" violations)

/// <summary>Every element equals the given one.</summary>
let allEqual (actual: 'a seq) equalTo message =
    let violations = violations ((=) equalTo) actual

    check violations.IsEmpty message (fun () ->
        sprintf "Some elements don't equal %A. (index, element): %A" equalTo violations)

/// <summary>Some element satisfies the asserter.</summary>
let exists (actual: 'a seq) asserter message =
    check (Seq.exists asserter actual) message (fun () -> "No element satisfies the given assertion.")

/// <summary>The two sequences have equal elements in the same order.</summary>
let sequenceEqual (actual: 'a seq) (expected: 'a seq) message =
    let actual, expected = List.ofSeq actual, List.ofSeq expected

    check (actual = expected) message (fun () -> Difference.explain actual expected)

/// <summary>The sequence opens with the elements of the prefix.</summary>
let sequenceStarts (subject: 'a seq) (prefix: 'a seq) message =
    let prefix = List.ofSeq prefix
    let start = subject |> Seq.truncate prefix.Length |> List.ofSeq

    check (start = prefix) message (fun () -> Difference.explain start prefix)

let private pairwise holds words (actual: 'a seq) message =
    check (actual |> Seq.pairwise |> Seq.forall holds) message (fun () ->
        sprintf "Sequence is not %s: %A" words (List.ofSeq actual))

/// <summary>No element is smaller than the one before it.</summary>
let isAscending (actual: 'a seq) message =
    pairwise (fun (a, b) -> a <= b) "ascending" actual message

/// <summary>No element is greater than the one before it.</summary>
let isDescending (actual: 'a seq) message =
    pairwise (fun (a, b) -> a >= b) "descending" actual message

/// <summary>The text is not empty.</summary>
let isNotEmpty (actual: string) message =
    check (actual.Length > 0) message (fun () -> "Should not be empty.")

/// <summary>The text has a character that is no white space.</summary>
let isNotWhitespace (actual: string) message =
    check (not (String.IsNullOrWhiteSpace actual)) message (fun () -> "Should not be whitespace.")

/// <summary>The text contains the substring (ordinal).</summary>
let stringContains (subject: string) (substring: string) message =
    check (subject.Contains substring) message (fun () ->
        sprintf "Expected subject string '%s' to contain substring '%s'." subject substring)

/// <summary>The text opens with the prefix (ordinal).</summary>
let stringStarts (subject: string) (prefix: string) message =
    check (subject.StartsWith(prefix, StringComparison.Ordinal)) message (fun () ->
        sprintf "Expected subject string '%s' to start with '%s'." subject prefix)

/// <summary>The text ends with the suffix (ordinal).</summary>
let stringEnds (subject: string) (suffix: string) message =
    check (subject.EndsWith(suffix, StringComparison.Ordinal)) message (fun () ->
        sprintf "Expected subject string '%s' to end with '%s'." subject suffix)

/// <summary>The text has this many characters.</summary>
let stringHasLength (subject: string) length message =
    check (subject.Length = length) message (fun () ->
        sprintf "Expected subject string '%s' to have length '%d'." subject length)

/// <summary>The regular expression matches somewhere in the text.</summary>
let isMatch (actual: string) (pattern: string) message =
    check (Regex.IsMatch(actual, pattern)) message (fun () ->
        sprintf "Expected '%s' to match pattern: /%s/" actual pattern)

/// <summary>The regular expression matches nowhere in the text.</summary>
let isNotMatch (actual: string) (pattern: string) message =
    check (not (Regex.IsMatch(actual, pattern))) message (fun () ->
        sprintf "Expected '%s' not to match pattern: /%s/" actual pattern)
