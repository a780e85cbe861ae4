namespace OrleansDiffusion.Jobs.Tests;

public sealed class UsualShapesTests
{
    private readonly UsualShapes _shapes = new();

    [Fact]
    public void The_most_frequent_come_first_and_of_equals_the_smaller()
    {
        Note(64, 64, times: 2);
        Note(128, 64, times: 3);
        Note(32, 32, times: 2);

        Assert.Equal([new(128, 64), new(32, 32), new(64, 64)], _shapes.Most(3));
        Assert.Equal([new(128, 64)], _shapes.Most(1));
    }

    [Fact]
    public void What_is_rarer_than_one_in_eight_is_not_usual()
    {
        Note(64, 64, times: 14);
        Note(512, 512, times: 2);
        Assert.Equal([new(64, 64), new(512, 512)], _shapes.Most(3));

        Note(64, 64, times: 1);
        Assert.Equal([new PictureShape(64, 64)], _shapes.Most(3));
    }

    [Fact]
    public void Only_the_latest_jobs_count()
    {
        Note(512, 512, times: UsualShapes.MemoryCount);
        Note(64, 64, times: UsualShapes.MemoryCount);

        Assert.Equal([new PictureShape(64, 64)], _shapes.Most(3));
    }

    [Fact]
    public void Without_jobs_nothing_is_usual() => Assert.Empty(_shapes.Most(3));

    private void Note(int width, int height, int times)
    {
        for (var i = 0; i < times; i++) _shapes.Note(new(width, height));
    }
}
