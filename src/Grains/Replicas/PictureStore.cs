using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>Turns pixels into files that say how they were made, and keeps them.</summary>
internal sealed partial class PictureStore(IPictureEncoder encoder, IArtifactStore artifacts, IJobStore jobs, ILogger<PictureStore> logger)
{
    /// <exception cref="StorageException">The disk is full or not writable.</exception>
    public async Task<ArtifactRef> Put(RgbImage image, GenerationSpec spec, int imageIndex)
    {
        // Not back to the grain's turns between the two: nothing of it is touched here, and a turn may have to be waited for.
        var file = await encoder.Encode(image, FormatOf(spec.Format), spec.QualityPercent, Infotext.Of(spec, imageIndex)).ConfigureAwait(false);
        await Remember(Convert.ToHexStringLower(SHA256.HashData(file))).ConfigureAwait(false);
        var id = await artifacts.Put(file, CancellationToken.None).ConfigureAwait(false);
        DiffusionMeter.PictureStored(spec.Model);
        return new(id, imageIndex, spec.ContentType, file.Length, image.Width, image.Height, spec.SeedOf(imageIndex));
    }

    /// <summary>Small and without parameters: it is seen for a moment.</summary>
    public Task<byte[]> Preview(RgbImage image) => encoder.Encode(image, ImageFormat.Png, 100, parameters: null);

    /// <summary>A database that is away must not cost the picture: then it is only not found should this process die now, too.</summary>
    private async Task Remember(string artifactId)
    {
        try
        {
            await jobs.Loosen([artifactId], CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException problem)
        {
            Log.NotRemembered(logger, artifactId, problem);
        }
    }

    private static ImageFormat FormatOf(string format) => format switch
    {
        "jpeg" => ImageFormat.Jpeg,
        "webp" => ImageFormat.Webp,
        _ => ImageFormat.Png,
    };

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Information, "The picture {ArtifactId} is stored and not remembered for deletion")]
        public static partial void NotRemembered(ILogger logger, string artifactId, Exception problem);
    }
}
