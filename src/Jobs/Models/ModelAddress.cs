namespace OrleansDiffusion.Jobs;

/// <summary>Web addresses and buckets that a model can be fetched from.</summary>
public static class ModelAddress
{
    public const int LengthMax = 2000;

    private static readonly string[] Schemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, "s3"];

    /// <summary>Whether somebody who writes that means an address, right or wrong, and no folder.</summary>
    public static bool IsMeant(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>What is wrong with it, or null. Secrets have no place in it, since it is kept and shown.</summary>
    public static string? ProblemOf(string text)
    {
        if (text.Length > LengthMax) return $"must have at most {LengthMax} characters.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !IsMeant(text))
            return "must be an address such as https://host/models/mine/ or s3://bucket/mine.";
        if (!Schemes.Contains(address.Scheme)) return $"must begin with http://, https:// or s3://, not {address.Scheme}://.";
        if (address.Host.Length == 0) return "must name a host, or a bucket.";
        if (address.UserInfo.Length > 0) return "must not hold a user or a password: it is kept and shown.";
        return address.Query.Length > 0 || address.Fragment.Length > 0
            ? "must name a folder, without ? and #: the names of the model's files are put behind it."
            : null;
    }

    /// <summary>One text for all ways to write the same folder.</summary>
    public static Uri Read(string text) => new(new Uri(text).AbsoluteUri.TrimEnd('/') + "/");

    /// <summary>What a model from there is called when nobody says: its last folder. Null when nothing is left of it.</summary>
    public static string? SuggestName(string text)
    {
        var address = Read(text);
        var last = address.Segments.Select(segment => segment.Trim('/')).LastOrDefault(segment => segment.Length > 0) ?? address.Host;
        return ModelName.Suggest(Uri.UnescapeDataString(last));
    }
}
