/// Runs of `simulate` on iris with the logistic loss.
module Cli.Tests.Simulation

/// The command line of a run of some dynamics to a horizon, read so many times, that writes a file.
let arguments (dynamics: string) (until: string) (readings: int) (out: string) : string list =
    [ "simulate"
      "--loss"
      "logistic"
      "--dynamics"
      dynamics
      "--until-log-t"
      until
      "--record"
      string readings
      "--out"
      out ]
    @ Data.irisEasy
