namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>Ridge regression from accumulated moments, for a handful of unknowns.</summary>
internal static class LeastSquares
{
    /// <summary>Solves (moments + ridge * mean diagonal * I) * weights = products by Cholesky's method.</summary>
    /// <param name="moments">Sums of feature times feature: n by n, symmetric.</param>
    /// <param name="products">Sums of feature times target: n by m.</param>
    /// <param name="ridge">Above 0, so that the matrix is definite whatever was seen.</param>
    /// <returns>n by m.</returns>
    public static double[,] Solve(double[,] moments, double[,] products, double ridge)
    {
        var (n, m) = (products.GetLength(0), products.GetLength(1));
        var lower = Factor(moments, ridge * Enumerable.Range(0, n).Average(index => moments[index, index]) + double.Epsilon);
        var weights = (double[,])products.Clone();
        for (var target = 0; target < m; target++)
        {
            for (var row = 0; row < n; row++)
            {
                for (var column = 0; column < row; column++) weights[row, target] -= lower[row, column] * weights[column, target];
                weights[row, target] /= lower[row, row];
            }

            for (var row = n - 1; row >= 0; row--)
            {
                for (var column = row + 1; column < n; column++) weights[row, target] -= lower[column, row] * weights[column, target];
                weights[row, target] /= lower[row, row];
            }
        }

        return weights;
    }

    private static double[,] Factor(double[,] moments, double added)
    {
        var n = moments.GetLength(0);
        var lower = new double[n, n];
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var sum = moments[row, column] + (row == column ? added : 0);
                for (var inner = 0; inner < column; inner++) sum -= lower[row, inner] * lower[column, inner];
                lower[row, column] = row == column ? Math.Sqrt(sum) : sum / lower[column, column];
            }
        }

        return lower;
    }
}
