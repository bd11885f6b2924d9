/// Test results in the platform's words.
module internal YoloDev.Expecto.TestSdk.Outcome

open System
open Expecto
open Expecto.Impl
open Microsoft.Testing.Platform.Extensions.Messages

let private uid (name: string) = TestNodeUid name

/// The message that the named test exists, with these properties.
let node name (properties: IProperty list) =
    TestNode(Uid = uid name, DisplayName = name, Properties = PropertyBag(List.toArray properties))

let private timing (duration: TimeSpan) : IProperty =
    let now = DateTimeOffset.UtcNow
    TimingProperty(TimingInfo(now - duration, now, duration))

let passed name duration =
    node name [ PassedTestNodeStateProperty.CachedInstance; timing duration ]

let skipped name (reason: string) =
    node name [ SkippedTestNodeStateProperty reason ]

let failed name (message: string) duration =
    node name [ FailedTestNodeStateProperty(message.Trim()); timing duration ]

let errored name (e: exn) duration =
    node name [ ErrorTestNodeStateProperty(e, e.Message); timing duration ]

/// The tests of the assembly could not be found out.
let undiscovered (message: string) =
    node "test discovery" [ ErrorTestNodeStateProperty message ]

/// Why a guarded run does not accept a test's state, if it does not: a focus hides all other tests, and a skip must
/// say why.
let refused (flat: FlatTest) =
    match flat.state with
    | Focused -> Some "The test is focused, which hides all others. Remove the focus."
    | Pending -> Some "The test is pending without a reason. Give one with skiptest."
    | Normal -> None
