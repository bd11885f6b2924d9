namespace Expecto

open System
open System.Threading.Tasks

/// <summary>Computation expressions that are tests.</summary>
[<AutoOpen; System.Diagnostics.StackTraceHidden>]
module Builders =
    let private case name code state =
        TestLabel(name, TestCase(code, Normal), state)

    /// <summary>Builds a synchronous test.</summary>
    [<System.Diagnostics.StackTraceHidden>]
    type TestCaseBuilder(name, state) =
        member _.Zero() = ()
        member _.Delay(body: unit -> 'a) = body
        member _.Combine(first: unit, second: unit -> 'a) : 'a = second first
        member _.For(items: 'a seq, body: 'a -> unit) = Seq.iter body items

        member _.While(guard: unit -> bool, body: unit -> unit) =
            while guard () do
                body ()

        member _.Using(resource: 'a :> IDisposable, body: 'a -> 'b) =
            use resource = resource
            body resource

        member _.TryWith(body: unit -> 'a, handler: exn -> 'a) =
            try
                body ()
            with e ->
                handler e

        member _.TryFinally(body: unit -> 'a, compensation: unit -> unit) =
            try
                body ()
            finally
                compensation ()

        member _.Run(body: unit -> unit) = case name (Sync body) state

    /// <summary>Builds an asynchronous test.</summary>
    [<System.Diagnostics.StackTraceHidden>]
    type TestAsyncBuilder(name, state) =
        member _.Zero() = async.Zero()
        member _.Delay(body: unit -> Async<'a>) = async.Delay body
        member _.Return(value: 'a) = async.Return value
        member _.ReturnFrom(body: Async<'a>) = body
        member _.Bind(body: Async<'a>, next: 'a -> Async<'b>) = async.Bind(body, next)
        member _.Combine(first: Async<unit>, second: Async<'a>) = async.Combine(first, second)
        member _.For(items: 'a seq, body: 'a -> Async<unit>) = async.For(items, body)
        member _.While(guard: unit -> bool, body: Async<unit>) = async.While(guard, body)

        member _.Using(resource: 'a :> (IDisposable | null), body: 'a -> Async<'b>) =
            async.Using(resource, body)

        member _.TryWith(body: Async<'a>, handler: exn -> Async<'a>) = async.TryWith(body, handler)

        member _.TryFinally(body: Async<'a>, compensation: unit -> unit) =
            async.TryFinally(body, compensation)

        member _.Run(body: Async<unit>) = case name (Async body) state

    /// <summary>Builds a test that awaits tasks, value tasks and asyncs.</summary>
    [<System.Diagnostics.StackTraceHidden>]
    type TestTaskBuilder(name, state) =
        inherit TestAsyncBuilder(name, state)
        member _.ReturnFrom(body: Task<'a>) = Async.AwaitTask body

        member _.Bind(body: Task<'a>, next: 'a -> Async<'b>) = async.Bind(Async.AwaitTask body, next)

        member _.Bind(body: Task, next: unit -> Async<'b>) = async.Bind(Async.AwaitTask body, next)

        member _.Bind(body: ValueTask<'a>, next: 'a -> Async<'b>) =
            async.Bind(Async.AwaitTask(body.AsTask()), next)

        member _.Bind(body: ValueTask, next: unit -> Async<'b>) =
            async.Bind(Async.AwaitTask(body.AsTask()), next)

    /// <summary>A test: <c>test "name" { ... }</c>.</summary>
    let test name = TestCaseBuilder(name, Normal)
    /// <summary>A focused test.</summary>
    let ftest name = TestCaseBuilder(name, Focused)
    /// <summary>A pending test.</summary>
    let ptest name = TestCaseBuilder(name, Pending)
    /// <summary>An asynchronous test: <c>testAsync "name" { ... }</c>.</summary>
    let testAsync name = TestAsyncBuilder(name, Normal)
    /// <summary>A focused asynchronous test.</summary>
    let ftestAsync name = TestAsyncBuilder(name, Focused)
    /// <summary>A pending asynchronous test.</summary>
    let ptestAsync name = TestAsyncBuilder(name, Pending)
    /// <summary>A test over tasks: <c>testTask "name" { ... }</c>.</summary>
    let testTask name = TestTaskBuilder(name, Normal)
    /// <summary>A focused test over tasks.</summary>
    let ftestTask name = TestTaskBuilder(name, Focused)
    /// <summary>A pending test over tasks.</summary>
    let ptestTask name = TestTaskBuilder(name, Pending)
