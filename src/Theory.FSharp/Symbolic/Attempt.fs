namespace ImplicitBias.Theory.Symbolic

/// Sequencing of computations that may end in an Error.
[<AutoOpen>]
module internal Attempt =

    type AttemptBuilder() =
        member _.Bind(result: Result<'a, 'e>, next: 'a -> Result<'b, 'e>) = Result.bind next result
        member _.Return(value: 'a) : Result<'a, 'e> = Ok value
        member _.ReturnFrom(result: Result<'a, 'e>) = result

    let attempt = AttemptBuilder()

    /// All the values, or the first Error.
    let collect (results: Result<'a, 'e> list) : Result<'a list, 'e> =
        List.foldBack
            (fun result rest ->
                Result.bind (fun value -> Result.map (fun values -> value :: values) rest) result)
            results
            (Ok [])
