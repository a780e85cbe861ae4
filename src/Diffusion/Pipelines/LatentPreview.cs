namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>
/// Latent to RGB by one small matrix, at latent size and at no cost. The matrix is fitted by least squares to the first
/// pictures that the model's own decoder makes (a replica's warm-up picture already will do), so it suits any model, whatever
/// its latent channels mean. Before that a preview is grey.
/// </summary>
internal sealed class LatentPreview
{
    /// <summary>Enough pictures to fix a handful of weights; then they stay, and previews keep their colours.</summary>
    private const int ObservedCountMax = 16;

    /// <summary>Share of the mean square that keeps the fit stable where few pictures were seen.</summary>
    private const double Ridge = 1e-3;

    private readonly int _channels;
    private readonly double[,] _moments;
    private readonly double[,] _products;
    private double[,]? _weights;
    private int _observedCount;

    public LatentPreview(int channels)
    {
        _channels = channels;
        _moments = new double[channels + 1, channels + 1];
        _products = new double[channels + 1, 3];
    }

    /// <summary>Learns from a finished latent and its picture.</summary>
    public void Observe(ReadOnlySpan<float> latent, int height, int width, RgbImage picture)
    {
        if (_observedCount == ObservedCountMax) return;
        _observedCount++;
        _weights = null;
        var features = new double[_channels + 1];
        for (var position = 0; position < height * width; position++)
        {
            Features(latent, position, height * width, features);
            var (red, green, blue) = MeanColour(picture, position / width, position % width, picture.Width / width);
            for (var row = 0; row <= _channels; row++)
            {
                for (var column = 0; column <= _channels; column++) _moments[row, column] += features[row] * features[column];
                _products[row, 0] += features[row] * red;
                _products[row, 1] += features[row] * green;
                _products[row, 2] += features[row] * blue;
            }
        }
    }

    /// <returns>A picture of latent size.</returns>
    public RgbImage Render(ReadOnlySpan<float> latent, int height, int width)
    {
        var rgb = new byte[height * width * 3];
        Array.Fill(rgb, (byte)128);
        if (_observedCount == 0) return new RgbImage(width, height, rgb);

        _weights ??= LeastSquares.Solve(_moments, _products, Ridge);
        var features = new double[_channels + 1];
        for (var position = 0; position < height * width; position++)
        {
            Features(latent, position, height * width, features);
            for (var colour = 0; colour < 3; colour++)
            {
                var sum = 0.0;
                for (var row = 0; row <= _channels; row++) sum += features[row] * _weights[row, colour];
                rgb[position * 3 + colour] = double.IsNaN(sum) ? (byte)0 : (byte)Math.Clamp(sum, 0, 255);
            }
        }

        return new RgbImage(width, height, rgb);
    }

    /// <summary>The channels at one position, and a constant.</summary>
    private void Features(ReadOnlySpan<float> latent, int position, int plane, double[] features)
    {
        for (var channel = 0; channel < _channels; channel++) features[channel] = latent[channel * plane + position];
        features[_channels] = 1;
    }

    private static (double Red, double Green, double Blue) MeanColour(RgbImage picture, int row, int column, int factor)
    {
        var (red, green, blue) = (0, 0, 0);
        for (var y = row * factor; y < (row + 1) * factor; y++)
        {
            for (var x = column * factor; x < (column + 1) * factor; x++)
            {
                var at = (y * picture.Width + x) * 3;
                (red, green, blue) = (red + picture.Rgb[at], green + picture.Rgb[at + 1], blue + picture.Rgb[at + 2]);
            }
        }

        double count = factor * factor;
        return (red / count, green / count, blue / count);
    }
}
