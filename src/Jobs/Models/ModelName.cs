using System.Buffers;

namespace OrleansDiffusion.Jobs;

/// <summary>Names of models: they stand in URLs, in grain keys and on command lines.</summary>
public static class ModelName
{
    public const int LengthMax = 64;

    /// <summary>The rule in words, for problems.</summary>
    public const string Rule = "must be 1 to 64 characters of a-z 0-9 . _ - and begin with a letter or digit";

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= LengthMax } && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>
    /// The valid name nearest to a folder's name: "Stable Diffusion v1.5" gives "stable-diffusion-v1.5". Null when
    /// nothing is left of it.
    /// </summary>
    public static string? Suggest(string folderName)
    {
        var letters = folderName.ToLowerInvariant().Select(letter => Letters.Contains(letter) ? letter : '-').ToArray();
        var name = new string(letters).TrimStart('.', '_', '-');
        if (name.Length > LengthMax) name = name[..LengthMax];
        name = name.TrimEnd('-');
        return IsValid(name) ? name : null;
    }
}
