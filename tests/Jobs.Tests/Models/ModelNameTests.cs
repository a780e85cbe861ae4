namespace OrleansDiffusion.Jobs.Tests;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("emoji")]
    [InlineData("0")]
    [InlineData("sd-v1.5_turbo")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void Valid_names(string name) => Assert.True(ModelName.IsValid(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("-a")]
    [InlineData("Emoji")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("é")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void Invalid_names(string? name) => Assert.False(ModelName.IsValid(name));

    [Theory]
    [InlineData("Stable Diffusion v1.5", "stable-diffusion-v1.5")]
    [InlineData(".hidden", "hidden")]
    [InlineData("emoji", "emoji")]
    [InlineData("日本", null)]
    [InlineData("", null)]
    public void A_folders_name_suggests_a_valid_one(string folder, string? name) => Assert.Equal(name, ModelName.Suggest(folder));

    [Fact]
    public void A_long_folder_name_is_cut() => Assert.Equal(new string('x', 64), ModelName.Suggest(new string('x', 200)));
}
