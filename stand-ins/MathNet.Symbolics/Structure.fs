namespace MathNet.Symbolics

open System.Collections.Generic

/// <summary>Looking into expressions and rebuilding them.</summary>
[<RequireQualifiedAccess>]
module Structure =
    let private operands x =
        match x with
        | Sum xs
        | Product xs
        | FunctionN(_, xs) -> xs
        | Power(b, e) -> [ b; e ]
        | Function(_, x) -> [ x ]
        | _ -> []

    /// <summary>How many operands the outermost operation has; 0 for numbers and symbols.</summary>
    [<CompiledName("NumberOfOperands")>]
    let numberOfOperands (x: Expression) = List.length (operands x)

    /// <summary>The i-th operand, from 0. Raises when there is none.</summary>
    [<CompiledName("Operand")>]
    let operand (i: int) (x: Expression) =
        match List.tryItem i (operands x) with
        | Some operand -> operand
        | None -> failwith $"there is no operand {i}"

    /// <summary>The same operation on operands changed by f, in normal form again.</summary>
    [<CompiledName("Map")>]
    let map (f: Expression -> Expression) (x: Expression) : Expression =
        match x with
        | Sum xs -> Operators.sum (List.map f xs)
        | Product xs -> Operators.product (List.map f xs)
        | Power(b, e) -> Operators.pow (f b) (f e)
        | Function(g, x) -> Operators.apply g (f x)
        | FunctionN(g, xs) -> Operators.applyN g (List.map f xs)
        | _ -> x

    /// <summary>Folds over the operands of the outermost operation, left to right.</summary>
    [<CompiledName("Fold")>]
    let fold (f: 'state -> Expression -> 'state) (s: 'state) (x: Expression) : 'state =
        List.fold f s (operands x)

    /// <summary>True when y does not occur in x, neither as a whole nor as a complete operand.</summary>
    [<CompiledName("IsFreeOf")>]
    let rec freeOf (symbol: Expression) (x: Expression) : bool =
        x <> symbol && operands x |> List.forall (freeOf symbol)

    /// <summary>True when none of the given expressions occurs in x.</summary>
    [<CompiledName("IsFreeOfSet")>]
    let rec freeOfSet (symbols: HashSet<Expression>) (x: Expression) : bool =
        not (symbols.Contains x) && operands x |> List.forall (freeOfSet symbols)

    /// <summary>Replaces every complete operand y of x by r; parts of a sum or product are not matched. Simplifies on the way.</summary>
    [<CompiledName("Substitute")>]
    let rec substitute (y: Expression) (r: Expression) (x: Expression) : Expression =
        if x = y then r
        elif (operands x).IsEmpty then x
        else map (substitute y r) x

    /// <summary>The expressions in canonical order, duplicates kept.</summary>
    [<CompiledName("SortList")>]
    let sortList (list: Expression list) : Expression list = List.sortWith Order.compare list

    /// <summary>What the chooser picks, from the top down; below a pick it does not look further.</summary>
    [<CompiledName("Collect")>]
    let collect (chooser: Expression -> 'T option) (x: Expression) : 'T list =
        let rec visit x =
            match chooser x with
            | Some picked -> [ picked ]
            | None -> operands x |> List.collect visit

        visit x

    /// <summary>What the chooser picks anywhere in x, outer expressions first.</summary>
    [<CompiledName("CollectAll")>]
    let collectAll (chooser: Expression -> 'T option) (x: Expression) : 'T list =
        let rec visit x =
            (chooser x |> Option.toList) @ (operands x |> List.collect visit)

        visit x

    /// <summary>The outermost expressions for which the predicate holds.</summary>
    [<CompiledName("CollectPredicate")>]
    let collectPredicate (predicate: Expression -> bool) (x: Expression) =
        x |> collect (fun x -> if predicate x then Some x else None)

    /// <summary>All expressions in x for which the predicate holds.</summary>
    [<CompiledName("CollectAllPredicate")>]
    let collectAllPredicate (predicate: Expression -> bool) (x: Expression) =
        x |> collectAll (fun x -> if predicate x then Some x else None)

    /// <summary>As <c>collect</c>, every pick once.</summary>
    [<CompiledName("CollectDistinct")>]
    let collectDistinct (chooser: Expression -> 'T option) (x: Expression) =
        x |> collect chooser |> List.distinct

    /// <summary>As <c>collectAll</c>, every pick once.</summary>
    [<CompiledName("CollectAllDistinct")>]
    let collectAllDistinct (chooser: Expression -> 'T option) (x: Expression) =
        x |> collectAll chooser |> List.distinct

    let private distinctSorted test x =
        x |> collectAllPredicate test |> List.distinct |> sortList

    /// <summary>The identifiers in x, each once, in canonical order.</summary>
    [<CompiledName("CollectIdentifiers")>]
    let collectIdentifiers (x: Expression) : Expression list = x |> distinctSorted _.IsIdentifier

    /// <summary>The symbols of the identifiers in x, each once, in order.</summary>
    [<CompiledName("CollectIdentifierSymbols")>]
    let collectIdentifierSymbols (x: Expression) : Symbol list =
        x
        |> collectIdentifiers
        |> List.choose (function
            | Identifier symbol -> Some symbol
            | _ -> None)

    /// <summary>The numbers in x, each once, in order.</summary>
    [<CompiledName("CollectNumbers")>]
    let collectNumbers (x: Expression) : Expression list = x |> distinctSorted _.IsNumber

    /// <summary>The approximate numbers in x, each once, in order.</summary>
    [<CompiledName("CollectApproximations")>]
    let collectApproximations (x: Expression) : Expression list = x |> distinctSorted _.IsApproximation

    /// <summary>The named constants in x, each once, in order.</summary>
    [<CompiledName("CollectConstants")>]
    let collectConstants (x: Expression) : Expression list = x |> distinctSorted _.IsConstant

    /// <summary>The function applications in x, each once, in canonical order.</summary>
    [<CompiledName("CollectFunctions")>]
    let collectFunctions (x: Expression) : Expression list =
        x |> distinctSorted (fun x -> x.IsFunction || x.IsFunctionN)

    /// <summary>The sums in x, each once, in canonical order.</summary>
    [<CompiledName("CollectSums")>]
    let collectSums (x: Expression) : Expression list = x |> distinctSorted _.IsSum

    /// <summary>The products in x, each once, in canonical order.</summary>
    [<CompiledName("CollectProducts")>]
    let collectProducts (x: Expression) : Expression list = x |> distinctSorted _.IsProduct

    /// <summary>The powers in x, each once, in canonical order.</summary>
    [<CompiledName("CollectPowers")>]
    let collectPowers (x: Expression) : Expression list = x |> distinctSorted _.IsPower
