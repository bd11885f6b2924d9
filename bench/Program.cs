using BenchmarkDotNet.Running;
using ImplicitBias.Bench;

// bench serve: what bench/peers talks to. Anything else is for BenchmarkDotNet: --filter '*', --list flat, --help.
if (args is ["serve"])
    PeerServer.Run(Console.In, Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
