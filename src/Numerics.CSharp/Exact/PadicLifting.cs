using System.Numerics;

namespace ImplicitBias.Numerics.Exact;

/// <summary>
/// Exact solution of a nonsingular integer system by p-adic lifting (Dixon 1982): invert once modulo a prime, then gain one
/// p-adic digit of the solution per matrix-vector product, and read the rational numbers off their residues.
/// Far fewer operations on long numbers than elimination needs.
/// </summary>
internal static class PadicLifting
{
    private const ulong Prime = (1UL << 61) - 1;

    /// <summary>
    /// Solves A X = B as X = numerators / denominator, with the result checked against the system exactly.
    /// </summary>
    /// <returns>False if A is singular modulo the prime, which says nothing about A itself.</returns>
    public static bool TrySolve(
        BigInteger[,] matrix,
        BigInteger[,] rightSides,
        out BigInteger[,] numerators,
        out BigInteger denominator
    )
    {
        var size = matrix.GetLength(0);
        var columns = rightSides.GetLength(1);
        numerators = new BigInteger[size, columns];
        denominator = BigInteger.One;
        var inverse = InverseModuloPrime(matrix);
        if (inverse is null)
            return false;
        for (var column = 0; column < columns; column++)
        {
            var right = new BigInteger[size];
            for (var i = 0; i < size; i++)
                right[i] = rightSides[i, column];
            var (residues, modulus) = Lift(matrix, inverse, right);
            var bound = Sqrt(modulus / 2);
            for (var i = 0; i < size; i++)
            {
                // Most entries share the denominator found so far, and then no reconstruction is needed.
                var residue = Symmetric(residues[i] * denominator, modulus);
                var own = BigInteger.One;
                if (BigInteger.Abs(residue) > bound)
                {
                    (residue, own) = Reconstruct(residue, modulus, bound);
                    denominator *= own;
                    for (var c = 0; c <= column; c++)
                    for (var k = 0; k < (c < column ? size : i); k++)
                        numerators[k, c] *= own;
                }
                numerators[i, column] = residue;
            }
        }
        return Solves(matrix, rightSides, numerators, denominator);
    }

    // Digits of A⁻¹b, as many as Hadamard's bound on numerators and denominators asks for.
    private static (BigInteger[] Residues, BigInteger Modulus) Lift(
        BigInteger[,] matrix,
        ulong[,] inverse,
        BigInteger[] right
    )
    {
        var size = right.Length;
        var bits = 4.0;
        for (var i = 0; i < size; i++)
        {
            var squared = right[i] * right[i];
            for (var j = 0; j < size; j++)
                squared += matrix[i, j] * matrix[i, j];
            bits += squared.GetBitLength(); // twice the bits of the row's length
        }
        var residues = new BigInteger[size];
        var remainder = (BigInteger[])right.Clone();
        var modulus = BigInteger.One;
        var reduced = new ulong[size];
        var digits = new BigInteger[size];
        while (modulus.GetBitLength() <= bits)
        {
            for (var i = 0; i < size; i++)
                reduced[i] = Residue(remainder[i]);
            for (var i = 0; i < size; i++)
            {
                var sum = 0UL;
                for (var j = 0; j < size; j++)
                    sum = Add(sum, Multiply(inverse[i, j], reduced[j]));
                digits[i] = sum;
                residues[i] += sum * modulus;
            }
            for (var i = 0; i < size; i++)
            {
                var product = BigInteger.Zero;
                for (var j = 0; j < size; j++)
                    product += matrix[i, j] * digits[j];
                remainder[i] = (remainder[i] - product) / Prime; // exact
            }
            modulus *= Prime;
        }
        return (residues, modulus);
    }

    // The fraction n/d ≡ residue with |n|, d ≤ bound: half of the Euclidean algorithm.
    private static (BigInteger Numerator, BigInteger Denominator) Reconstruct(
        BigInteger residue,
        BigInteger modulus,
        BigInteger bound
    )
    {
        var (a, b) = (modulus, residue.Sign < 0 ? residue + modulus : residue);
        var (s, t) = (BigInteger.Zero, BigInteger.One);
        while (b > bound)
        {
            var quotient = BigInteger.DivRem(a, b, out var rest);
            (a, b) = (b, rest);
            (s, t) = (t, s - quotient * t);
        }
        return t.Sign < 0 ? (-b, -t) : (b, t);
    }

    private static bool Solves(
        BigInteger[,] matrix,
        BigInteger[,] rightSides,
        BigInteger[,] numerators,
        BigInteger denominator
    )
    {
        for (var i = 0; i < matrix.GetLength(0); i++)
        for (var c = 0; c < rightSides.GetLength(1); c++)
        {
            var sum = BigInteger.Zero;
            for (var j = 0; j < matrix.GetLength(1); j++)
                sum += matrix[i, j] * numerators[j, c];
            if (sum != rightSides[i, c] * denominator)
                return false;
        }
        return true;
    }

    private static ulong[,]? InverseModuloPrime(BigInteger[,] matrix)
    {
        var size = matrix.GetLength(0);
        var work = new ulong[size, 2 * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                work[i, j] = Residue(matrix[i, j]);
            work[i, size + i] = 1;
        }
        for (var column = 0; column < size; column++)
        {
            var pivotRow = column;
            while (pivotRow < size && work[pivotRow, column] == 0)
                pivotRow++;
            if (pivotRow == size)
                return null;
            var scale = Power(work[pivotRow, column], Prime - 2);
            for (var j = 0; j < 2 * size; j++)
            {
                (work[column, j], work[pivotRow, j]) = (work[pivotRow, j], work[column, j]);
                work[column, j] = Multiply(work[column, j], scale);
            }
            for (var i = 0; i < size; i++)
            {
                if (i == column || work[i, column] == 0)
                    continue;
                var factor = Prime - work[i, column];
                for (var j = column; j < 2 * size; j++)
                    work[i, j] = Add(work[i, j], Multiply(factor, work[column, j]));
            }
        }
        var inverse = new ulong[size, size];
        for (var i = 0; i < size; i++)
        for (var j = 0; j < size; j++)
            inverse[i, j] = work[i, size + j];
        return inverse;
    }

    /// <summary>Residue in 0..p-1, p = 2⁶¹ - 1.</summary>
    public static ulong Residue(BigInteger value)
    {
        var residue = value % Prime;
        return (ulong)(residue.Sign < 0 ? residue + Prime : residue);
    }

    /// <summary>a + b modulo p.</summary>
    public static ulong Add(ulong a, ulong b)
    {
        var sum = a + b;
        return sum >= Prime ? sum - Prime : sum;
    }

    /// <summary>a · b modulo p: 2⁶¹ ≡ 1, so the high part of the product is simply added.</summary>
    public static ulong Multiply(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return Add(low & Prime, (high << 3) | (low >> 61));
    }

    /// <summary>-a modulo p.</summary>
    public static ulong Negate(ulong a) => a == 0 ? 0 : Prime - a;

    private static ulong Power(ulong value, ulong exponent)
    {
        var result = 1UL;
        for (; exponent != 0; exponent >>= 1, value = Multiply(value, value))
            if ((exponent & 1) != 0)
                result = Multiply(result, value);
        return result;
    }

    private static BigInteger Symmetric(BigInteger value, BigInteger modulus)
    {
        var residue = value % modulus;
        if (residue.Sign < 0)
            residue += modulus;
        return residue * 2 > modulus ? residue - modulus : residue;
    }

    // A power of two not above √value is enough of a bound, as the lifting leaves bits to spare.
    private static BigInteger Sqrt(BigInteger value) =>
        BigInteger.One << (int)((value.GetBitLength() - 1) / 2);
}
