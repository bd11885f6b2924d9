namespace MathNet.Symbolics

/// <summary>Ready-made symbols.</summary>
module VariableSets =
    /// <summary>One symbol for every letter of the Latin alphabet.</summary>
    module Alphabet =
        /// <summary>The symbol a.</summary>
        let a = Operators.symbol "a"
        /// <summary>The symbol b.</summary>
        let b = Operators.symbol "b"
        /// <summary>The symbol c.</summary>
        let c = Operators.symbol "c"
        /// <summary>The symbol d.</summary>
        let d = Operators.symbol "d"
        /// <summary>The symbol e.</summary>
        let e = Operators.symbol "e"
        /// <summary>The symbol f.</summary>
        let f = Operators.symbol "f"
        /// <summary>The symbol g.</summary>
        let g = Operators.symbol "g"
        /// <summary>The symbol h.</summary>
        let h = Operators.symbol "h"
        /// <summary>The symbol i.</summary>
        let i = Operators.symbol "i"
        /// <summary>The symbol j.</summary>
        let j = Operators.symbol "j"
        /// <summary>The symbol k.</summary>
        let k = Operators.symbol "k"
        /// <summary>The symbol l.</summary>
        let l = Operators.symbol "l"
        /// <summary>The symbol m.</summary>
        let m = Operators.symbol "m"
        /// <summary>The symbol n.</summary>
        let n = Operators.symbol "n"
        /// <summary>The symbol o.</summary>
        let o = Operators.symbol "o"
        /// <summary>The symbol p.</summary>
        let p = Operators.symbol "p"
        /// <summary>The symbol q.</summary>
        let q = Operators.symbol "q"
        /// <summary>The symbol r.</summary>
        let r = Operators.symbol "r"
        /// <summary>The symbol s.</summary>
        let s = Operators.symbol "s"
        /// <summary>The symbol t.</summary>
        let t = Operators.symbol "t"
        /// <summary>The symbol u.</summary>
        let u = Operators.symbol "u"
        /// <summary>The symbol v.</summary>
        let v = Operators.symbol "v"
        /// <summary>The symbol w.</summary>
        let w = Operators.symbol "w"
        /// <summary>The symbol x.</summary>
        let x = Operators.symbol "x"
        /// <summary>The symbol y.</summary>
        let y = Operators.symbol "y"
        /// <summary>The symbol z.</summary>
        let z = Operators.symbol "z"
