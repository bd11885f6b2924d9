/// The files that the command is run on.
module Cli.Tests.Data

open System
open System.IO

let private builtIn name =
    Path.Combine(AppContext.BaseDirectory, "data", name)

/// Iris, two species.
let iris positive negative =
    [ "--data"
      builtIn "iris.csv"
      "--label"
      "species"
      "--positive"
      positive
      "--negative"
      negative ]

/// Setosa against versicolor.
let irisEasy = iris "setosa" "versicolor"

/// Versicolor against virginica, which no line separates.
let irisHard = iris "versicolor" "virginica"

/// Penguins with missing measurements, not dropped.
let penguinsWithGaps =
    [ "--data"
      builtIn "penguins.csv"
      "--label"
      "species"
      "--positive"
      "Adelie"
      "--negative"
      "Gentoo"
      "--features"
      "bill_length_mm,bill_depth_mm" ]

/// Adelie against Gentoo by their bills.
let penguins = penguinsWithGaps @ [ "--drop-missing" ]

/// Options that read a file with the columns x, y and class, whose positive class is a.
let small (path: string) =
    [ "--data"; path; "--label"; "class"; "--positive"; "a" ]

/// Five separable points of the plane whose every constant is exact by hand.
let writeFivePoints (folder: string) : string =
    let path = Path.Combine(folder, "five.csv")
    File.WriteAllText(path, "x,y,class\n2,0.5,a\n0.5,1.5,a\n-3,-1,b\n-1,-3,b\n2.5,2,a\n")
    path

/// A file of this content.
let write (folder: string) (content: string) : string =
    let path = Path.Combine(folder, "data.csv")
    File.WriteAllText(path, content)
    path

let private writeRandom (path: string) count dimension =
    let random = Random 1

    let row _ =
        let point = Array.init dimension (fun _ -> random.NextDouble() - 0.5)
        let label = if Array.sum point > 0.0 then "a" else "b"
        let shift = if label = "a" then 0.001 else -0.001

        String.Join(",", point |> Array.map (fun value -> string<float>(value + shift)))
        + ","
        + label

    let header = String.Join(",", [ for k in 1..dimension -> $"x{k}" ]) + ",class"
    File.WriteAllLines(path, header :: List.map row [ 1..count ])
    path

/// Thousands of random separable points: a run on them takes long.
let writeMany (folder: string) : string =
    writeRandom (Path.Combine(folder, "many.csv")) 5000 10

/// So many features that exact arithmetic would take minutes.
let writeWide (folder: string) : string =
    writeRandom (Path.Combine(folder, "wide.csv")) 500 250
