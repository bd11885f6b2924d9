/// implicit-bias solve: the problems whose solutions the theorems say are chosen.
module ImplicitBias.Commands.Solve

/// The command.
let command =
    let command =
        TeachingCommand(
            "solve",
            "Solve the problem whose solution the theorems say is chosen.",
            "Example:\n  implicit-bias solve max-margin --help"
        )

    command.Add SolveMaxMargin.command
    command.Add SolveMinBregman.command
    command.Add SolveMinNorm.minL1
    command.Add SolveMinNorm.minLInfinity
    command.Add SolveBridge.command
    command
