namespace MathNet.Symbolics

open System
open System.Numerics
open MathNet.Numerics

/// <summary>Expressions as compiled functions of doubles, in plain IEEE arithmetic: NaN outside the domain, infinities on overflow.</summary>
module Compile =
    type private Tree = System.Linq.Expressions.Expression

    let private constant (x: float) = Tree.Constant x :> Tree

    let private call (f: Func<float, float>) x =
        Tree.Invoke(Tree.Constant f, [ x ]) :> Tree

    let private call2 (f: Func<float, float, float>) x y =
        Tree.Invoke(Tree.Constant f, [ x; y ]) :> Tree

    let private method (name: string) (x: Tree) =
        Tree.Call(typeof<Math>, name, null, x) :> Tree

    /// As in System.Math: Sin, Atanh, ...
    let private mathName f =
        let name = FunctionNames.name f
        string (Char.ToUpperInvariant name[0]) + name.Substring 1

    let private applied f (x: Tree) =
        match f with
        | Sin
        | Cos
        | Tan
        | Sinh
        | Cosh
        | Tanh
        | Asin
        | Acos
        | Atan
        | Asinh
        | Acosh
        | Atanh
        | Exp
        | Abs -> method (mathName f) x
        | Ln -> method "Log" x
        | Lg -> method "Log10" x
        | _ -> call (Func<_, _>(FunctionValues.real f)) x

    let private power (b: Tree) (e: Expression) (exponent: unit -> Tree option) =
        match e with
        | Number n when n = BigRational.FromInt 2 ->
            let x = Tree.Variable typeof<float>
            Some(Tree.Block([ x ], Tree.Assign(x, b), Tree.Multiply(x, x)) :> Tree)
        | Number n when n = -BigRational.One -> Some(Tree.Divide(constant 1.0, b))
        | Number n when n = BigRational.FromIntFraction(1, 2) -> Some(method "Sqrt" b)
        | _ -> exponent () |> Option.map (fun e -> Tree.Call(typeof<Math>, "Pow", null, b, e))

    /// Pairs of pairs: the tree of a long sum stays shallow.
    let rec private balanced (operation: Tree -> Tree -> Tree) (xs: Tree list) =
        match xs with
        | [ x ] -> x
        | _ ->
            xs
            |> List.chunkBySize 2
            |> List.map (List.reduce operation)
            |> balanced operation

    /// Nothing for what has no real value, and for symbols that are no arguments.
    let rec private build (arguments: (Symbol * Tree) list) (x: Expression) : Tree option =
        let build = build arguments

        let combine (operation: Tree -> Tree -> Tree) (xs: Expression list) =
            let built = List.map build xs

            if List.contains None built then
                None
            else
                built |> List.choose id |> balanced operation |> Some

        match x with
        | Number n -> Some(constant (BigRational.ToDouble n))
        | Approximation(Approximation.Real a) -> Some(constant a)
        | Approximation(Approximation.Complex _) -> None
        | Identifier symbol
        | Argument symbol ->
            arguments
            |> List.tryPick (fun (s, tree) -> if s = symbol then Some tree else None)
        | Constant E -> Some(constant Math.E)
        | Constant Pi -> Some(constant Math.PI)
        | Constant I -> None
        | Sum terms -> terms |> combine (fun a b -> Tree.Add(a, b))
        | Product factors ->
            let above, below =
                factors
                |> List.partition (function
                    | Power(_, Number e) -> e.IsPositive
                    | _ -> true)

            let times = combine (fun a b -> Tree.Multiply(a, b))
            let above = if above.IsEmpty then Some(constant 1.0) else times above

            if below.IsEmpty then
                above
            else
                Option.map2
                    (fun a b -> Tree.Divide(a, b) :> Tree)
                    above
                    (times (List.map Operators.invert below))
        | Power(b, e) -> build b |> Option.bind (fun b -> power b e (fun () -> build e))
        | Function(f, x) -> build x |> Option.map (applied f)
        | FunctionN(Log, [ b; x ]) ->
            Option.map2 (fun b x -> Tree.Divide(method "Log" x, method "Log" b) :> Tree) (build b) (build x)
        | FunctionN((HankelH1 | HankelH2), _) -> None
        | FunctionN(f, [ n; x ]) ->
            Option.map2
                (call2 (Func<_, _, _>(fun n x -> (FunctionValues.real2 f n x).Real)))
                (build n)
                (build x)
        | FunctionN _ -> None
        | PositiveInfinity -> Some(constant Double.PositiveInfinity)
        | NegativeInfinity -> Some(constant Double.NegativeInfinity)
        | ComplexInfinity
        | Undefined -> None

    let private parameters (args: Symbol list) =
        args |> List.map (fun (Symbol name) -> Tree.Parameter(typeof<float>, name))

    let private body expr args (parameters: System.Linq.Expressions.ParameterExpression list) =
        build (List.zip args (parameters |> List.map (fun p -> p :> Tree))) expr

    let private typed<'D> expr args : 'D option =
        let parameters = parameters args

        body expr args parameters
        |> Option.map (fun body -> Tree.Lambda<'D>(body, parameters).Compile())

    let private orThrow result =
        match result with
        | Some f -> f
        | None -> failwith "the expression has a part without real value, or a symbol that is no argument"

    /// <summary>A delegate of as many doubles as there are symbols; None when the expression has no real value or other symbols.</summary>
    let compileExpression (expr: Expression) (args: Symbol list) : Delegate option =
        let parameters = parameters args

        body expr args parameters
        |> Option.map (fun body -> Tree.Lambda(body, parameters).Compile())

    /// <summary>As <c>compileExpression</c>, raising where that gives None.</summary>
    let compileExpressionOrThrow (expr: Expression) (args: Symbol list) : Delegate =
        compileExpression expr args |> orThrow

    /// <summary>A function of one double.</summary>
    let compileExpression1 (expr: Expression) (arg: Symbol) : Func<float, float> option = typed expr [ arg ]

    /// <summary>A function of two doubles.</summary>
    let compileExpression2
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        : Func<float, float, float> option =
        typed expr [ arg1; arg2 ]

    /// <summary>A function of three doubles.</summary>
    let compileExpression3
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        (arg3: Symbol)
        : Func<float, float, float, float> option =
        typed expr [ arg1; arg2; arg3 ]

    /// <summary>A function of four doubles.</summary>
    let compileExpression4
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        (arg3: Symbol)
        (arg4: Symbol)
        : Func<float, float, float, float, float> option =
        typed expr [ arg1; arg2; arg3; arg4 ]

    /// <summary>As <c>compileExpression1</c>, raising where that gives None.</summary>
    let compileExpression1OrThrow (expr: Expression) (arg: Symbol) : Func<float, float> =
        compileExpression1 expr arg |> orThrow

    /// <summary>As <c>compileExpression2</c>, raising where that gives None.</summary>
    let compileExpression2OrThrow
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        : Func<float, float, float> =
        compileExpression2 expr arg1 arg2 |> orThrow

    /// <summary>As <c>compileExpression3</c>, raising where that gives None.</summary>
    let compileExpression3OrThrow
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        (arg3: Symbol)
        : Func<float, float, float, float> =
        compileExpression3 expr arg1 arg2 arg3 |> orThrow

    /// <summary>As <c>compileExpression4</c>, raising where that gives None.</summary>
    let compileExpression4OrThrow
        (expr: Expression)
        (arg1: Symbol)
        (arg2: Symbol)
        (arg3: Symbol)
        (arg4: Symbol)
        : Func<float, float, float, float, float> =
        compileExpression4 expr arg1 arg2 arg3 arg4 |> orThrow
